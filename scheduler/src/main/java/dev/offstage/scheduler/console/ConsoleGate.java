package dev.offstage.scheduler.console;

import dev.offstage.problem.ProblemType;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.HandlerInterceptor;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/**
 * Keeps what is the console's on its port, and everything else off it. Decides by who handles a
 * request, so that no spelling of a path gets around it.
 */
@Configuration(proxyBeanMethods = false)
@ConditionalOnWebApplication
class ConsoleGate implements WebMvcConfigurer, HandlerInterceptor {
  private static final String HERE = ConsoleGate.class.getPackageName();

  private final ConsoleConnector connector;

  ConsoleGate(ConsoleConnector connector) {
    this.connector = connector;
  }

  @Override
  public void addInterceptors(InterceptorRegistry registry) {
    registry.addInterceptor(this);
  }

  @Override
  public boolean preHandle(
      HttpServletRequest request, HttpServletResponse response, Object handler) {
    if (request.getDispatcherType() == DispatcherType.ERROR) {
      return true; // what was refused is answered in the same words everywhere
    }
    if (isConsole(handler) != connector.isAskedBy(request)) {
      throw ProblemType.NOT_FOUND.because("There is nothing at this path.");
    }
    return true;
  }

  private static boolean isConsole(Object handler) {
    return handler instanceof HandlerMethod method
        && method.getBeanType().getPackageName().startsWith(HERE);
  }
}
