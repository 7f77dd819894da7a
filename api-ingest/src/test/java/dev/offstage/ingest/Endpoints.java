package dev.offstage.ingest;

import java.util.Comparator;
import java.util.Set;
import java.util.TreeSet;
import org.springframework.boot.webmvc.error.ErrorController;
import org.springframework.http.HttpMethod;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.mvc.method.RequestMappingInfo;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;

/** What the API port maps, whoever mapped it. */
public final class Endpoints {
  private Endpoints() {}

  public record Endpoint(HttpMethod method, String path) {}

  public static Set<Endpoint> of(IngestServer server) {
    var endpoints =
        new TreeSet<Endpoint>(
            Comparator.comparing(Endpoint::path).thenComparing(e -> e.method().name()));
    server
        .beans(RequestMappingHandlerMapping.class)
        .forEach(
            mapping ->
                mapping
                    .getHandlerMethods()
                    .forEach((info, handler) -> add(info, handler, endpoints)));
    return endpoints;
  }

  private static void add(RequestMappingInfo info, HandlerMethod handler, Set<Endpoint> to) {
    // Reached by Tomcat's error dispatch only; a request for its path is refused.
    if (ErrorController.class.isAssignableFrom(handler.getBeanType())) {
      return;
    }
    var methods = info.getMethodsCondition().getMethods();
    if (methods.isEmpty()) {
      throw new AssertionError(handler + " takes any method (expected: named ones)");
    }
    for (var method : methods) {
      for (var path : info.getPatternValues()) {
        to.add(new Endpoint(method.asHttpMethod(), path));
      }
    }
  }
}
