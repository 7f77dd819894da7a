package dev.offstage.ingest;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.servlet.HandlerInterceptor;
import org.springframework.web.servlet.HandlerMapping;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/** Puts the ids that a request's path names into everything that is logged on its thread. */
@Configuration(proxyBeanMethods = false)
class LogContext implements WebMvcConfigurer, HandlerInterceptor {
  private static final Map<String, String> NAMES =
      Map.of("/v1/jobs/", "jobId", "/v1/assets/", "assetId", "/files/", "uploadId");
  private static final int MAX = 64;

  @Override
  public void addInterceptors(InterceptorRegistry registry) {
    registry.addInterceptor(this);
  }

  @Override
  public boolean preHandle(
      HttpServletRequest request, HttpServletResponse response, Object handler) {
    var id = id(request);
    if (id != null) {
      NAMES.forEach(
          (path, name) -> {
            if (request.getRequestURI().startsWith(path)) {
              MDC.put(name, id);
            }
          });
    }
    return true;
  }

  @Override
  public void afterCompletion(
      HttpServletRequest request,
      HttpServletResponse response,
      Object handler,
      @Nullable Exception thrown) {
    NAMES.values().forEach(MDC::remove);
  }

  /** The path's variable {@code id}, if it is short enough to be one of ours. */
  private static @Nullable String id(HttpServletRequest request) {
    return request.getAttribute(HandlerMapping.URI_TEMPLATE_VARIABLES_ATTRIBUTE)
                instanceof Map<?, ?> variables
            && variables.get("id") instanceof String id
            && id.length() <= MAX
        ? id
        : null;
  }
}
