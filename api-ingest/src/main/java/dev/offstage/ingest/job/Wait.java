package dev.offstage.ingest.job;

import dev.offstage.ingest.problem.FieldProblem;
import dev.offstage.ingest.problem.ProblemException;
import dev.offstage.ingest.problem.ProblemType;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** How long a long poll waits: {@code ?wait=30s}. */
final class Wait {
  private static final Duration MAX = Duration.ofSeconds(60);
  private static final Pattern SIMPLE = Pattern.compile("(\\d{1,6})(ms|s|m)");

  private Wait() {}

  /**
   * Reads a simple (500ms, 30s, 1m) or ISO 8601 (PT30S) duration; one over 60 s means 60 s.
   *
   * @param text null for no wait
   * @throws ProblemException if it is neither, or negative
   */
  static Duration of(@Nullable String text) {
    if (text == null) {
      return Duration.ZERO;
    }
    var wait = parse(text);
    return wait.compareTo(MAX) > 0 ? MAX : wait;
  }

  private static Duration parse(String text) {
    var simple = SIMPLE.matcher(text);
    if (simple.matches()) {
      long count = Long.parseLong(simple.group(1));
      return switch (simple.group(2)) {
        case "ms" -> Duration.ofMillis(count);
        case "s" -> Duration.ofSeconds(count);
        default -> Duration.ofMinutes(count);
      };
    }
    try {
      var iso = Duration.parse(text);
      if (!iso.isNegative()) {
        return iso;
      }
    } catch (DateTimeParseException | ArithmeticException e) {
      throw bad(text, e);
    }
    throw bad(text, null);
  }

  private static ProblemException bad(String text, @Nullable Exception cause) {
    var shown = text.length() > 40 ? text.substring(0, 40) + "…" : text;
    var problem =
        ProblemType.INVALID_REQUEST
            .because("The query parameter wait is not a duration.")
            .errors(
                List.of(
                    new FieldProblem(
                        "wait", shown + " (expected: a duration such as 30s or PT30S)")));
    if (cause != null) {
      problem.addSuppressed(cause);
    }
    return problem;
  }
}
