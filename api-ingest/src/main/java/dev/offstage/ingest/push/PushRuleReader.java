package dev.offstage.ingest.push;

import dev.offstage.body.Fields;
import dev.offstage.body.JsonText;
import dev.offstage.job.JobState;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Reads push rules. What could never be pushed is refused here: when a job ends, nobody is there to
 * be told.
 */
final class PushRuleReader {
  private static final Set<JobState> ENDS =
      Set.of(JobState.COMPLETED, JobState.DISCARDED, JobState.CANCELLED);
  private static final Pattern VARIABLE =
      Pattern.compile("\\{\\{\\s*([A-Za-z_][A-Za-z0-9_.]{0,63})\\s*}}");
  private static final Pattern RESERVED =
      Pattern.compile("(?i)|aps|from|message_type|(google|gcm).*");
  private static final Duration MAX_TTL = Duration.ofDays(28);
  private static final int MAX_TEXT = 4_000;
  private static final int MAX_COLLAPSE_KEY = 64;
  private static final int MAX_LANGUAGES = 100;

  /** Providers take 4,096 bytes; what tells of the job comes on top. */
  private static final int MAX_DATA = 3_600;

  private PushRuleReader() {}

  /** A rule that may be stored. */
  record Wanted(List<JobState> ends, String payload) {}

  /**
   * @throws dev.offstage.problem.ProblemException naming all that is wrong
   */
  static Wanted read(JsonNode body) {
    var fields = Fields.of(body);
    var ends = ends(fields);
    var push = fields.object("push");
    if (push == null) {
      if (!fields.has("push")) {
        fields.wrong("push", "missing (expected: the payload of push.send, without `to`)");
      }
    } else {
      check(push);
    }
    fields.noOthers();
    fields.check();
    return new Wanted(ends, JsonText.MAPPER.writeValueAsString(body.get("push")));
  }

  private static List<JobState> ends(Fields fields) {
    if (!fields.has("ends")) {
      return List.of(JobState.COMPLETED);
    }
    var ends = new ArrayList<JobState>();
    for (var word : fields.texts("ends")) {
      var end = ENDS.stream().filter(state -> state.text().equals(word)).findFirst();
      if (end.isEmpty()) {
        fields.wrong("ends", Fields.shown(word) + " (expected: completed, discarded or cancelled)");
      } else if (!ends.contains(end.get())) {
        ends.add(end.get());
      }
    }
    if (ends.isEmpty() && fields.areGood()) {
      fields.wrong("ends", "none (expected: completed, discarded or cancelled)");
    }
    return ends;
  }

  private static void check(Fields push) {
    if (push.has("to")) {
      push.wrong("to", "given (expected: none, since it goes to the user whose job it is)");
    }
    var unused = push.any("to");
    push.text("app");
    content(push, variables(push));
    data(push);
    push.text("collapseKey", text -> atMost("collapseKey", text, MAX_COLLAPSE_KEY));
    var ttl = push.duration("ttl");
    if (ttl != null && ttl.compareTo(MAX_TTL) > 0) {
      push.wrong("ttl", ttl + " (expected: at most 28d)");
    }
    push.text("priority", PushRuleReader::priority);
    push.text("sound", text -> atMost("sound", text, 100));
    if (push.has("badge")) {
      push.whole("badge", 0, Integer.MAX_VALUE, 0);
    }
    quietHours(push.object("quietHours"));
    push.flag("unlessListening");
    push.noOthers();
  }

  private static Set<String> variables(Fields push) {
    var names = new HashSet<String>();
    strings(push, "variables").forEach(member -> names.add(member.getKey()));
    return names;
  }

  private static void data(Fields push) {
    long bytes = 0;
    for (var member : strings(push, "data")) {
      if (RESERVED.matcher(member.getKey()).matches()) {
        push.wrong(
            "data", Fields.shown(member.getKey()) + " (expected: no key that providers use)");
      }
      bytes += size(member.getKey()) + (long) size(member.getValue().asString(""));
    }
    if (bytes > MAX_DATA) {
      push.wrong("data", bytes + " bytes (expected: at most " + MAX_DATA + ")");
    }
  }

  /** The members of an object of strings. */
  private static Set<java.util.Map.Entry<String, JsonNode>> strings(Fields push, String name) {
    var object = push.any(name);
    if (object == null || object.isNull()) {
      return Set.of();
    }
    if (!object.isObject() || object.valueStream().anyMatch(value -> !value.isString())) {
      push.wrong(name, "not that (expected: an object of strings)");
      return Set.of();
    }
    return object.properties();
  }

  private static void content(Fields push, Set<String> variables) {
    boolean silent = push.flag("silent");
    var all = push.any("content");
    boolean given = all != null && !all.isNull();
    if (silent == given) {
      push.wrong("content", silent ? "given with silent" : "missing (expected: by language tag)");
      return;
    }
    var languages = push.object("content");
    if (languages == null) {
      return;
    }
    if (Objects.requireNonNull(all).size() > MAX_LANGUAGES) {
      push.wrong("content", all.size() + " languages (expected: at most " + MAX_LANGUAGES + ")");
    }
    for (var tag : all.propertyNames()) {
      if (all.get(tag).isNull()) {
        languages.wrong(tag, "null (expected: a title, a body, or both)");
      }
      var one = languages.object(tag);
      if (one != null) {
        one.text("title", text -> filled("title", text, variables));
        one.text("body", text -> filled("body", text, variables));
        if (!one.has("title") && !one.has("body")) {
          one.wrong("title", "missing (expected: a title, a body, or both)");
        }
        one.noOthers();
      }
    }
    if (!languages.has("default")) {
      languages.wrong("default", "missing (expected: what is said in any other language)");
    }
  }

  private static String filled(String name, String text, Set<String> variables) {
    var match = VARIABLE.matcher(text);
    while (match.find()) {
      if (!variables.contains(match.group(1))) {
        throw new IllegalArgumentException(
            "%s: no value of %s (expected: one among variables)".formatted(name, match.group(1)));
      }
    }
    return atMost(name, text, MAX_TEXT);
  }

  private static String priority(String text) {
    if (!text.equals("high") && !text.equals("normal")) {
      throw new IllegalArgumentException("priority: " + text + " (expected: high or normal)");
    }
    return text;
  }

  private static void quietHours(@Nullable Fields hours) {
    if (hours == null) {
      return;
    }
    var from = time(hours, "from");
    var to = time(hours, "to");
    if (from != null && from.equals(to)) {
      hours.wrong("to", to + " (expected: another time than from)");
    }
    hours.text(
        "zone",
        text -> {
          try {
            return ZoneId.of(text);
          } catch (DateTimeException e) {
            throw new IllegalArgumentException(
                "zone: " + text + " (expected: one such as America/Sao_Paulo)", e);
          }
        });
    hours.noOthers();
  }

  private static @Nullable LocalTime time(Fields hours, String name) {
    return hours.required(
        name,
        "a time of day such as 22:00",
        text -> {
          try {
            return LocalTime.parse(text);
          } catch (DateTimeException e) {
            throw new IllegalArgumentException(
                name + ": " + text + " (expected: a time of day such as 22:00)", e);
          }
        });
  }

  private static String atMost(String name, String text, int most) {
    if (size(text) > most) {
      throw new IllegalArgumentException(
          "%s: %d bytes (expected: at most %d)".formatted(name, size(text), most));
    }
    return text;
  }

  private static int size(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }
}
