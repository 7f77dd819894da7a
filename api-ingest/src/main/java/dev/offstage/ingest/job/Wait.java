package dev.offstage.ingest.job;

import dev.offstage.body.Durations;
import dev.offstage.problem.FieldProblem;
import dev.offstage.problem.ProblemException;
import dev.offstage.problem.ProblemType;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How long a long poll waits: {@code ?wait=30s}. */
final class Wait {
  private static final Duration MAX = Duration.ofSeconds(60);

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
    try {
      return Durations.parse(text);
    } catch (IllegalArgumentException e) {
      throw bad(text, e);
    }
  }

  private static ProblemException bad(String text, Exception cause) {
    var shown = text.length() > 40 ? text.substring(0, 40) + "…" : text;
    var problem =
        ProblemType.INVALID_REQUEST
            .because("The query parameter wait is not a duration.")
            .errors(
                List.of(
                    new FieldProblem("wait", shown + " (expected: " + Durations.EXPECTED + ")")));
    problem.addSuppressed(cause);
    return problem;
  }
}
