package dev.offstage.ingest.job;

import dev.offstage.body.Bodies;
import dev.offstage.body.Fields;
import dev.offstage.problem.ProblemException;
import jakarta.servlet.http.HttpServletRequest;

/** Reads the optional body {@code {"reason": …}} of a cancel or a pause. */
public final class Reasons {
  private static final String DEFAULT = "cancelled by its owner";
  private static final int MAX_BODY = 4 * 1024;
  private static final int MAX = 200;

  private Reasons() {}

  /**
   * @throws ProblemException if there is a body that is something else
   */
  public static String read(HttpServletRequest request) {
    return read(request, DEFAULT);
  }

  /**
   * @param otherwise where there is none
   * @throws ProblemException if there is a body that is something else
   */
  public static String read(HttpServletRequest request, String otherwise) {
    var body = Bodies.optional(request, MAX_BODY);
    if (body.isEmpty()) {
      return otherwise;
    }
    var fields = Fields.of(body.get());
    var reason = fields.text("reason");
    if (reason != null && (reason.isBlank() || reason.length() > MAX)) {
      fields.wrong("reason", reason.length() + " characters (expected: 1 to " + MAX + ")");
    }
    fields.noOthers();
    fields.check();
    return reason == null ? otherwise : reason;
  }
}
