package dev.offstage.ingest.enqueue;

import dev.offstage.body.Fields;
import dev.offstage.body.JsonText;
import dev.offstage.body.Words;
import dev.offstage.ingest.auth.Caller;
import dev.offstage.ingest.outbound.CallPayloads;
import dev.offstage.job.Callback;
import dev.offstage.job.ConcurrencyKey;
import dev.offstage.job.Condition;
import dev.offstage.job.JobId;
import dev.offstage.job.JobKind;
import dev.offstage.job.Membership;
import dev.offstage.job.NewJob;
import dev.offstage.job.OnDiscard;
import dev.offstage.job.Parent;
import dev.offstage.job.Priority;
import dev.offstage.job.UniqueKey;
import dev.offstage.problem.ProblemException;
import dev.offstage.store.JobIds;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;

/** Makes jobs of what callers ask for, and says everything that is wrong with it at once. */
@Component
public class JobReader {
  private static final int MAX_PAYLOAD = 256 * 1024;
  private static final int MAX_OWNER = 128;

  /**
   * What an end user's token may not say: keys and limits are the whole tenant's, so one user could
   * hold up or replace another's jobs.
   */
  private static final List<String> SERVERS_ONLY =
      List.of(
          "owner",
          "unique",
          "concurrency",
          "orderingKey",
          "timeout",
          "maxAttempts",
          "backoff",
          "callback",
          "after",
          "workflow");

  private final KindRules kinds;
  private final CallPayloads calls;
  private final JobIds clock;

  JobReader(KindRules kinds, CallPayloads calls, JobIds clock) {
    this.kinds = kinds;
    this.calls = calls;
    this.clock = clock;
  }

  /** A job of the caller's, but for what makes its repetition harmless. */
  record Wanted(NewJob job, @Nullable Receipt receipt) {}

  /**
   * @throws ProblemException naming all that is wrong
   */
  Wanted read(JsonNode body, Caller caller) {
    var fields = Fields.of(body);
    var receipt = receipt(fields.object("receipt"));
    var job = read(fields, caller);
    fields.noOthers();
    fields.check();
    return new Wanted(job.orElseThrow(), receipt);
  }

  /** The receipt of an item that is refused; null if it has none that can be read. */
  static @Nullable Receipt receiptOf(JsonNode body) {
    return body.isObject() && body.has("receipt")
        ? receipt(Fields.of(body).object("receipt"))
        : null;
  }

  /** Reads the members that a job has; empty if they are not good, which the fields know then. */
  private Optional<NewJob> read(Fields fields, Caller caller) {
    return read(
        fields,
        caller,
        builder -> builder.after(after(fields)).workflow(membership(fields.object("workflow"))));
  }

  /**
   * Reads a job of a workflow: whose it is and what it waits for is said there.
   *
   * @return empty if it is not good, which the fields know then
   */
  public Optional<NewJob> readMember(Fields fields, Caller caller, @Nullable String owner) {
    return read(
        fields,
        caller,
        builder -> {
          if (!fields.has("owner")) {
            builder.owner(owner);
          }
        });
  }

  private Optional<NewJob> read(Fields fields, Caller caller, Consumer<NewJob.Builder> place) {
    var kind = fields.required("kind", "what the job is about, such as mail.send", JobKind::new);
    var payload = payload(fields, "payload");
    if (caller.owner() != null) {
      refuseServersOnly(fields);
    }
    var builder =
        NewJob.builder(caller.tenant(), kind == null ? new JobKind("unknown") : kind, payload);
    builder.owner(caller.owner() == null ? owner(fields) : caller.owner());
    builder.payloadVersion(fields.whole("payloadVersion", 1, 10_000, 1));
    builder.maxAttempts(fields.whole("maxAttempts", 1, 1_000, NewJob.DEFAULT_MAX_ATTEMPTS));
    builder.priority(priority(fields, caller));
    builder.tags(fields.texts("tags"));
    builder.timeout(orElse(fields.duration("timeout"), NewJob.DEFAULT_TIMEOUT));
    builder.backoff(Backoffs.read(fields, "backoff"));
    times(fields, builder);
    keys(fields, builder);
    builder.callback(callback(fields.object("callback"), caller));
    place.accept(builder);
    if (kind != null) {
      builder.destination(calls.destination(kind, fields, caller.tenant()));
    }
    if (kind == null || !fields.areGood()) {
      return Optional.empty();
    }
    kinds.check(kind, caller);
    try {
      return Optional.of(builder.build());
    } catch (IllegalArgumentException e) {
      fields.wrong(name(e), Fields.detail(e));
      return Optional.empty();
    }
  }

  private static void refuseServersOnly(Fields fields) {
    for (var name : SERVERS_ONLY) {
      if (fields.has(name)) {
        fields.wrong(name, "not with an end user's token (expected: a server's API key)");
      }
    }
  }

  public static @Nullable String owner(Fields fields) {
    return fields.text("owner", owner -> checkedOwner("owner", owner));
  }

  /**
   * @throws IllegalArgumentException if {@code text} cannot be an end user, naming {@code field}
   */
  public static String checkedOwner(String field, String text) {
    if (text.isBlank()
        || text.length() > MAX_OWNER
        || text.chars().anyMatch(Character::isISOControl)) {
      throw new IllegalArgumentException(
          "%s: %s (expected: 1 to %d printable characters)".formatted(field, text, MAX_OWNER));
    }
    return text;
  }

  /** An end user has no urgency over others of the tenant. */
  private static Priority priority(Fields fields, Caller caller) {
    var priority = orElse(fields.text("priority", Priority::of), Priority.NORMAL);
    if (priority == Priority.HIGH && caller.owner() != null) {
      fields.wrong("priority", "high (expected with an end user's token: normal, low or bulk)");
    }
    return priority;
  }

  static String payload(Fields fields, String name) {
    var payload = fields.any(name);
    if (payload == null) {
      return "{}";
    }
    var text = JsonText.MAPPER.writeValueAsString(payload);
    int bytes = text.getBytes(StandardCharsets.UTF_8).length;
    if (bytes > MAX_PAYLOAD) {
      fields.wrong(name, bytes + " bytes (expected: at most " + MAX_PAYLOAD + ")");
    }
    return text;
  }

  private void times(Fields fields, NewJob.Builder builder) {
    var now = clock.now();
    var runAt = fields.time("runAt");
    if (runAt != null && fields.has("delay")) {
      fields.wrong("delay", "given with runAt (expected: either)");
    }
    var delay = orElse(fields.duration("delay"), Duration.ZERO);
    // What is past already is due at once, like a job without a time.
    builder.delay(delay).runAt(runAt != null && runAt.isAfter(now) ? runAt : null);
    var expiresAt = fields.time("expiresAt");
    var expiresIn = fields.duration("expiresIn");
    if (expiresAt != null && fields.has("expiresIn")) {
      fields.wrong("expiresIn", "given with expiresAt (expected: either)");
    }
    var expiry = expiresIn == null ? expiresAt : after(now, expiresIn, fields);
    if (expiry != null && expiry.isBefore(now)) {
      fields.wrong("expiresAt", expiry + " (expected: a time ahead)");
    }
    builder.expiresAt(expiry);
  }

  private static @Nullable Instant after(Instant now, Duration wait, Fields fields) {
    if (wait.compareTo(Duration.ofDays(3_660)) > 0) {
      fields.wrong("expiresIn", wait + " (expected: at most 3660 days)");
      return null;
    }
    return now.plus(wait).truncatedTo(ChronoUnit.MILLIS);
  }

  private static void keys(Fields fields, NewJob.Builder builder) {
    builder.orderingKey(fields.text("orderingKey"));
    var unique = fields.object("unique");
    if (unique != null) {
      builder.unique(unique(unique));
    }
    var concurrency = fields.object("concurrency");
    if (concurrency != null) {
      var key = concurrency.required("key", "a string", value -> value);
      int limit = concurrency.whole("limit", 1, 100_000, 1);
      concurrency.noOthers();
      if (key != null) {
        builder.concurrency(concurrency.made("key", () -> new ConcurrencyKey(key, limit)));
      }
    }
  }

  private static @Nullable UniqueKey unique(Fields fields) {
    var key = fields.required("key", "a string", value -> value);
    var policy =
        orElse(
            fields.text("policy", text -> Words.of(UniqueKey.Policy.class, "policy", text)),
            UniqueKey.Policy.REJECT);
    var period = fields.duration("period");
    fields.noOthers();
    if (period != null && period.compareTo(Duration.ofDays(366)) > 0) {
      fields.wrong("period", period + " (expected: at most 366 days)");
    }
    return key == null ? null : fields.made("key", () -> new UniqueKey(key, policy, period));
  }

  private @Nullable Callback callback(@Nullable Fields fields, Caller caller) {
    if (fields == null) {
      return null;
    }
    var on =
        orElse(fields.text("on", text -> Words.of(Condition.class, "on", text)), Condition.ENDED);
    var kind = fields.required("kind", "of the job that is told", JobKind::new);
    var payload = payload(fields, "payload");
    fields.noOthers();
    if (kind == null) {
      return null;
    }
    kinds.check(kind, caller);
    return new Callback(on, kind, payload);
  }

  private static List<Parent> after(Fields fields) {
    var parents = new ArrayList<Parent>();
    for (var each : fields.objects("after", "id")) {
      var id = each.required("id", "of a job or a workflow", JobReader::id);
      var condition =
          orElse(
              each.text("condition", text -> Words.of(Condition.class, "condition", text)),
              Condition.COMPLETED);
      var onDiscard =
          orElse(
              each.text("onDiscard", text -> Words.of(OnDiscard.class, "onDiscard", text)),
              OnDiscard.CANCEL);
      each.noOthers();
      if (id != null) {
        parents.add(new Parent(id, condition, onDiscard));
      }
    }
    return parents;
  }

  private static @Nullable Membership membership(@Nullable Fields fields) {
    if (fields == null) {
      return null;
    }
    UUID id = fields.required("id", "of a workflow", text -> id(text).value());
    var ref = fields.required("ref", "the job's name in the workflow", value -> value);
    fields.noOthers();
    return id == null || ref == null ? null : fields.made("ref", () -> new Membership(id, ref));
  }

  private static @Nullable Receipt receipt(@Nullable Fields fields) {
    if (fields == null) {
      return null;
    }
    var install = fields.required("install", "the app's installation", value -> value);
    if (!fields.has("seq")) {
      fields.wrong("seq", "missing (expected: the item's number)");
    }
    long seq = fields.whole("seq", 0, 9_007_199_254_740_991L, 0);
    fields.noOthers();
    return install == null ? null : fields.made("install", () -> new Receipt(install, seq));
  }

  private static JobId id(String text) {
    try {
      return JobId.of(text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("id: " + text + " (expected: a UUID)", e);
    }
  }

  private static String name(IllegalArgumentException e) {
    var message = String.valueOf(e.getMessage());
    return message.substring(0, Math.max(0, message.indexOf(':')));
  }

  private static <T> T orElse(@Nullable T value, T otherwise) {
    return value == null ? otherwise : value;
  }
}
