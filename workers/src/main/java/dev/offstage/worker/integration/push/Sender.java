package dev.offstage.worker.integration.push;

import static java.util.stream.Collectors.groupingBy;

import dev.offstage.job.JobFailure;
import dev.offstage.job.Outcome;
import dev.offstage.store.Transience;
import dev.offstage.worker.handler.JobContext;
import dev.offstage.worker.integration.push.message.PushWork;
import dev.offstage.worker.integration.push.provider.Credential;
import dev.offstage.worker.integration.push.provider.Sending;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Sends to the devices of a part that are still to be sent to. */
final class Sender {
  /** So many at once, and so many at most are sent twice if the worker dies. */
  private static final int BATCH = 100;

  static final Duration CREDENTIAL_PAUSE = Duration.ofMinutes(5);
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Duration QUIET_SLACK = Duration.ofSeconds(1);

  private final Devices devices;
  private final Credentials credentials;
  private final Parts parts;
  private final Batch batch;
  private final Line line;
  private final InstantSource clock;

  Sender(
      Devices devices,
      Credentials credentials,
      Parts parts,
      Batch batch,
      Line line,
      InstantSource clock) {
    this.devices = devices;
    this.credentials = credentials;
    this.parts = parts;
    this.batch = batch;
    this.line = line;
    this.clock = clock;
  }

  /** What an attempt has learned that decides how it ends. */
  private static final class Findings {
    private final Map<String, Optional<Credential>> known = new HashMap<>();
    private @Nullable Instant quietUntil;
    private Sending.@Nullable Later later;
    private @Nullable Outcome notNow;
    private @Nullable String faulty;

    /** Credentials by which nothing gets through now; the devices of others are still sent to. */
    private final Set<UUID> closed = new HashSet<>();

    private void quiet(Instant until) {
      if (quietUntil == null || until.isBefore(quietUntil)) {
        quietUntil = until;
      }
    }

    /** The longest wait counts. */
    private void later(Sending.Later next) {
      if (later == null || atLeast(next).compareTo(atLeast(later)) > 0) {
        later = next;
      }
    }

    private boolean isThrottled() {
      return later != null && later.throttled() && later.atLeast() != null;
    }

    private static Duration atLeast(Sending.Later later) {
      return later.atLeast() == null ? Duration.ZERO : later.atLeast();
    }
  }

  /**
   * @param complete makes the result of a part that is done
   */
  Outcome send(Part part, PushWork work, JobContext context, Function<Part, String> complete)
      throws Exception {
    resolve(part, work, context);
    var findings = new Findings();
    var left = new LinkedHashSet<>(part.pending());
    while (!left.isEmpty()) {
      if (context.isCancelled()) {
        return new Outcome.Interrupted();
      }
      var ids = left.stream().limit(BATCH).toList();
      ids.forEach(left::remove);
      send(part, ids, new Round(work, context, findings, clock.instant()));
    }
    return part.isDone()
        ? new Outcome.Complete(complete.apply(part))
        : unfinished(findings, context);
  }

  private void resolve(Part part, PushWork work, JobContext context) {
    if (part.users().isEmpty()) {
      return;
    }
    var owned = devices.ofUsers(context.tenant(), part.users(), work.app());
    var reached = owned.stream().map(Devices.Owned::owner).distinct().count();
    write(
        part,
        context,
        next -> {
          next.tally().unreached += (int) (next.users().size() - reached);
          owned.forEach(each -> next.pending().add(each.id()));
          next.tally().devices = next.pending().size();
          next.users().clear();
        });
  }

  /** What is the same for all devices of a batch. */
  private record Round(PushWork work, JobContext context, Findings findings, Instant now) {}

  private void send(Part part, List<UUID> ids, Round round) throws Exception {
    var context = round.context();
    var work = round.work();
    var there = devices.find(context.tenant(), ids, work.app());
    var ended = new ArrayList<Ended>();
    var addressed = new ArrayList<Batch.Addressed>();
    for (var id : ids) {
      var device = there.get(id);
      if (device == null) {
        ended.add(Ended.gone(id));
      } else if (work.isExpired(round.now())) {
        ended.add(Ended.failed(id, "expired"));
      } else {
        address(device, round, ended, addressed);
      }
    }
    keep(part, ended, context);
    for (var same : byCredential(addressed).values()) {
      keep(part, sent(part.push(), same, round), context);
    }
  }

  private static Map<UUID, List<Batch.Addressed>> byCredential(List<Batch.Addressed> addressed) {
    return addressed.stream()
        .collect(
            groupingBy(each -> each.credential().id(), LinkedHashMap::new, Collectors.toList()));
  }

  private List<Ended> sent(UUID push, List<Batch.Addressed> same, Round round) throws Exception {
    var findings = round.findings();
    var credential = same.getFirst().credential().id();
    var said =
        line.send(
            same.getFirst().credential(),
            same.size(),
            round.context(),
            limit -> batch.send(push, round.work(), same, round.now(), limit));
    return switch (said) {
      case Line.Answered(var answers) -> {
        var ended = answers.stream().flatMap(answer -> end(answer, findings).stream()).toList();
        if (ended.isEmpty() || isThrottled(answers)) {
          findings.closed.add(credential);
        }
        yield ended;
      }
      case Line.NotNow(var outcome) -> {
        findings.closed.add(credential);
        findings.notNow = outcome;
        yield List.of();
      }
    };
  }

  private static boolean isThrottled(List<Batch.Answer> answers) {
    return answers.stream()
        .anyMatch(
            answer ->
                answer.sending() instanceof Sending.Later later
                    && later.throttled()
                    && later.atLeast() != null);
  }

  private void keep(Part part, List<Ended> ended, JobContext context) {
    if (!ended.isEmpty()) {
      write(part, context, next -> record(next, ended));
    }
  }

  private void address(
      Device device, Round round, List<Ended> ended, List<Batch.Addressed> addressed) {
    var hours = round.work().quietHours();
    var quiet =
        hours == null ? Optional.<Instant>empty() : hours.end(device.timeZone(), round.now());
    if (quiet.isPresent()) {
      round.findings().quiet(quiet.get());
      return;
    }
    var name = device.provider() + " " + device.app() + " " + device.sandbox();
    var credential =
        Objects.requireNonNull(
            round
                .findings()
                .known
                .computeIfAbsent(name, key -> credentials.find(round.context().tenant(), device)));
    if (credential.isEmpty()) {
      ended.add(Ended.failed(device.id(), "no-credential"));
    } else if (!round.findings().closed.contains(credential.get().id())) {
      addressed.add(new Batch.Addressed(device, credential.get()));
    }
  }

  /** How it ended for one device; {@code dead} if its token is to be removed. */
  private record Ended(
      UUID id,
      boolean sent,
      @Nullable String reason,
      @Nullable Device dead,
      @Nullable Instant since) {
    static Ended sent(UUID id) {
      return new Ended(id, true, null, null, null);
    }

    /** It has been unregistered meanwhile. */
    static Ended gone(UUID id) {
      return new Ended(id, false, null, null, null);
    }

    static Ended failed(UUID id, String reason) {
      return new Ended(id, false, reason, null, null);
    }
  }

  /** Empty if it has not ended. */
  private Optional<Ended> end(Batch.Answer answer, Findings findings) {
    var device = answer.addressed().device();
    var credential = answer.addressed().credential();
    return switch (answer.sending()) {
      case Sending.Sent sent -> {
        accepted(credential, findings);
        yield Optional.of(Ended.sent(device.id()));
      }
      case Sending.Dead(var reason, var since) ->
          Optional.of(new Ended(device.id(), false, reason, device, since));
      case Sending.Refused(var reason) -> Optional.of(Ended.failed(device.id(), reason));
      case Sending.Later later -> {
        findings.later(later);
        yield Optional.empty();
      }
      case Sending.Faulty(var reason) -> {
        refused(credential, reason, findings);
        yield Optional.empty();
      }
    };
  }

  private void accepted(Credential credential, Findings findings) {
    if (credential.fault() != null && findings.faulty == null) {
      credentials.accepted(credential);
    }
  }

  /** Told once an attempt; another credential's devices are still sent to. */
  private void refused(Credential credential, String reason, Findings findings) {
    if (findings.faulty == null) {
      credentials.refused(credential, reason);
    }
    findings.faulty =
        "%s refuses the credential of %s: %s"
            .formatted(credential.provider(), credential.app(), reason);
  }

  private void record(Part part, List<Ended> ended) {
    for (var each : ended) {
      part.pending().remove(each.id());
      var tally = part.tally();
      if (each.sent()) {
        tally.sent++;
      } else if (each.dead() != null && devices.remove(each.dead(), each.since())) {
        tally.removed++;
      } else if (each.reason() != null) {
        tally.failed(each.reason());
      } else {
        tally.unreached++;
      }
    }
  }

  private Outcome unfinished(Findings findings, JobContext context) {
    if (findings.notNow != null) {
      return findings.notNow;
    }
    var later = findings.later;
    if (later != null) {
      context.log("put off: " + later.reason());
      return findings.isThrottled()
          ? new Outcome.Snooze(Findings.atLeast(later))
          : new Outcome.Retry(
              new JobFailure(later.reason(), "the provider could not take all of it"),
              later.atLeast());
    }
    if (findings.faulty != null) {
      context.log("waits: " + findings.faulty);
      return new Outcome.Snooze(CREDENTIAL_PAUSE);
    }
    var until = Objects.requireNonNull(findings.quietUntil);
    context.log("waits for quiet hours to end at " + until);
    return new Outcome.Snooze(Duration.between(clock.instant(), until).plus(QUIET_SLACK));
  }

  /**
   * Changes a part and commits it; what has been sent is worth waiting for, since it would be sent
   * again.
   */
  private void write(Part part, JobContext context, Consumer<Part> change) {
    part.become(
        Transience.patiently(
            PATIENCE,
            () ->
                context.inTransaction(
                    () -> {
                      var next = part.copy();
                      change.accept(next);
                      parts.update(next);
                      return next;
                    })));
  }
}
