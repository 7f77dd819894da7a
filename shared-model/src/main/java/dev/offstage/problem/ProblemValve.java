package dev.offstage.problem;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ErrorReportValve;
import org.apache.tomcat.util.ExceptionUtils;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;

/**
 * Answers what Tomcat refuses before any application sees it, such as a malformed request line.
 * Public, with a public constructor, because Tomcat makes it by name.
 */
public class ProblemValve extends ErrorReportValve {
  private static final Logger log = LoggerFactory.getLogger(ProblemValve.class);

  @Override
  protected void report(Request request, Response response, @Nullable Throwable thrown) {
    int status = response.getStatus();
    if (status < 400 || response.getContentWritten() > 0 || !response.setErrorReported()) {
      return;
    }
    if (thrown != null && status >= 500) {
      log.error("Unexpected failure outside the application", thrown);
    }
    var type = ProblemType.forStatus(HttpStatusCode.valueOf(status));
    // Nothing of the request is echoed, so nothing needs escaping.
    var body =
        """
        {"type":"%s","title":"%s","status":%d,"detail":"%s"}\
        """
            .formatted(type.uri(), type.title(), status, detail(status));
    try {
      var bytes = body.getBytes(StandardCharsets.UTF_8);
      response.setContentType(MediaType.APPLICATION_PROBLEM_JSON_VALUE);
      response.setContentLength(bytes.length);
      response.getOutputStream().write(bytes);
      response.finishResponse();
    } catch (IOException | IllegalStateException e) {
      ExceptionUtils.handleThrowable(e);
    }
  }

  static String detail(int status) {
    return switch (status) {
      case 400 -> "The request is not valid HTTP, or not such as this API accepts.";
      case 404 -> "There is nothing at this path.";
      case 405 -> "This path does not take this method.";
      case 413 -> "The request is larger than this API accepts.";
      case 414 -> "The request's target is longer than this API accepts.";
      case 431 -> "The request's headers are larger than this API accepts.";
      case 503 -> "Please try again shortly.";
      default -> status < 500 ? "The request was refused." : "This is our fault, not yours.";
    };
  }
}
