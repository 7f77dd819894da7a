package dev.offstage.body;

import dev.offstage.problem.ProblemException;
import dev.offstage.problem.ProblemType;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** Reads bodies of a bounded size. */
public final class Bodies {
  public static final ProblemType TOO_LARGE = ProblemType.of(413, "too-large", "Too large");
  public static final ProblemType TIMED_OUT =
      ProblemType.of(408, "request-timeout", "Request timed out");

  /** Of one job: its payload, and room for what it waits for. */
  public static final int MAX_JOB = 1024 * 1024;

  private Bodies() {}

  /**
   * Reads a whole body of JSON.
   *
   * @throws ProblemException if it is too large, cut off or not JSON
   */
  public static JsonNode json(HttpServletRequest request, int max) {
    return optional(request, max)
        .orElseThrow(
            () -> ProblemType.INVALID_REQUEST.because("The body is empty (expected: JSON)."));
  }

  /** Reads a body of JSON that may be left out. */
  public static Optional<JsonNode> optional(HttpServletRequest request, int max) {
    try {
      var bytes = request.getInputStream().readNBytes(max + 1);
      if (bytes.length > max) {
        throw TOO_LARGE.because("The body is larger than %d bytes.".formatted(max));
      }
      return bytes.length == 0 ? Optional.empty() : Optional.of(JsonText.parse(bytes));
    } catch (IOException e) {
      throw cutOff(e);
    }
  }

  /** The client stalled or went away. */
  public static ProblemException cutOff(IOException e) {
    var problem = TIMED_OUT.because("The body ended, or stalled, before it was whole.");
    problem.addSuppressed(e);
    return problem;
  }
}
