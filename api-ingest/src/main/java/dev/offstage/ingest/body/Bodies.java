package dev.offstage.ingest.enqueue;

import dev.offstage.ingest.problem.ProblemException;
import dev.offstage.ingest.problem.ProblemType;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import tools.jackson.databind.JsonNode;

/** Reads bodies of a bounded size. */
public final class Bodies {
  static final ProblemType TOO_LARGE = ProblemType.of(413, "too-large", "Too large");
  static final ProblemType TIMED_OUT = ProblemType.of(408, "request-timeout", "Request timed out");

  /** Of one job: its payload, and room for what it waits for. */
  static final int MAX_JOB = 1024 * 1024;

  private Bodies() {}

  /**
   * Reads a whole body of JSON.
   *
   * @throws ProblemException if it is too large, cut off or not JSON
   */
  public static JsonNode json(HttpServletRequest request, int max) {
    try {
      var bytes = request.getInputStream().readNBytes(max + 1);
      if (bytes.length > max) {
        throw TOO_LARGE.because("The body is larger than %d bytes.".formatted(max));
      }
      return JsonText.parse(bytes);
    } catch (IOException e) {
      throw cutOff(e);
    }
  }

  /** The client stalled or went away. */
  static ProblemException cutOff(IOException e) {
    var problem = TIMED_OUT.because("The body ended, or stalled, before it was whole.");
    problem.addSuppressed(e);
    return problem;
  }
}
