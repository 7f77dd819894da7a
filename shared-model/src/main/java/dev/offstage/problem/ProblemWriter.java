package dev.offstage.problem;

import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.LinkedHashMap;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Component;
import org.springframework.web.ErrorResponse;
import tools.jackson.databind.json.JsonMapper;

/** Writes a problem where Spring MVC does not: in filters and in the security chain. */
@Component
public class ProblemWriter {
  private final JsonMapper json;

  ProblemWriter(JsonMapper json) {
    this.json = json;
  }

  /** Writes {@code problem} whole, unless the answer has begun already. */
  public void write(HttpServletRequest request, HttpServletResponse response, ErrorResponse problem)
      throws IOException {
    if (response.isCommitted()) {
      return;
    }
    var detail = problem.getBody();
    var members = new LinkedHashMap<String, Object>();
    members.put("type", String.valueOf(detail.getType()));
    members.put("title", String.valueOf(detail.getTitle()));
    members.put("status", detail.getStatus());
    if (detail.getDetail() != null) {
      members.put("detail", detail.getDetail());
    }
    members.put("instance", path(request));
    if (detail.getProperties() != null) {
      members.putAll(detail.getProperties());
    }
    response.setStatus(detail.getStatus());
    problem
        .getHeaders()
        .forEach((name, values) -> values.forEach(v -> response.addHeader(name, v)));
    response.setContentType(MediaType.APPLICATION_PROBLEM_JSON_VALUE);
    var bytes = json.writeValueAsBytes(members);
    response.setContentLength(bytes.length);
    response.getOutputStream().write(bytes);
  }

  /** The path that was asked for, also where Tomcat has forwarded the request to the error page. */
  private static String path(HttpServletRequest request) {
    return request.getAttribute(RequestDispatcher.ERROR_REQUEST_URI) instanceof String asked
        ? asked
        : request.getRequestURI();
  }
}
