package dev.offstage.scheduler.console;

import dev.offstage.problem.ProblemType;
import dev.offstage.problem.ProblemWriter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * On the console's port no other application's filter is asked, which might answer before the
 * log-in is checked. Who may have what is still {@link ConsoleGate}'s to decide.
 */
@Component
@ConditionalOnWebApplication
@Order(Ordered.HIGHEST_PRECEDENCE)
final class ConsolePaths extends OncePerRequestFilter {
  private static final List<String> BEGINNINGS = List.of("/ops", "/dashboard", "/api", "/sse");

  private final ConsoleConnector connector;
  private final ProblemWriter writer;

  ConsolePaths(ConsoleConnector connector, ProblemWriter writer) {
    this.connector = connector;
    this.writer = writer;
  }

  @Override
  protected boolean shouldNotFilter(HttpServletRequest request) {
    var path = request.getServletPath();
    return !connector.isAskedBy(request)
        || path.equals("/")
        || BEGINNINGS.stream().anyMatch(path::startsWith);
  }

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    writer.write(
        request, response, ProblemType.NOT_FOUND.because("There is nothing at this path."));
  }
}
