package dev.offstage.scheduler.console.act;

import dev.offstage.body.Bodies;
import dev.offstage.body.Fields;
import jakarta.servlet.http.HttpServletRequest;

/** Reads the optional body {@code {"reason": …}}. */
public final class Reasons {
  private static final int MAX_BODY = 4 * 1024;

  private Reasons() {}

  public static String read(HttpServletRequest request, String otherwise) {
    var body = Bodies.optional(request, MAX_BODY);
    if (body.isEmpty()) {
      return otherwise;
    }
    var fields = Fields.of(body.get());
    var reason = Asked.text(fields, "reason");
    fields.noOthers();
    fields.check();
    return reason == null ? otherwise : reason;
  }

  /** That there is no body, or an empty object. */
  public static void none(HttpServletRequest request) {
    Bodies.optional(request, MAX_BODY)
        .ifPresent(
            body -> {
              var fields = Fields.of(body);
              fields.noOthers();
              fields.check();
            });
  }
}
