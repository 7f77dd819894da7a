package dev.offstage.ingest.upload.tus;

import dev.offstage.problem.ProblemType;
import dev.offstage.problem.ProblemWriter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Locale;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * What the protocol asks of every request, whoever sends it: it runs before the security chain,
 * which must see the method that is meant.
 */
final class TusFilter extends OncePerRequestFilter {
  static final String VERSION = "1.0.0";

  private static final ProblemType VERSION_UNSUPPORTED =
      ProblemType.of(412, "tus-version", "Version not supported");

  private final ProblemWriter writer;

  TusFilter(ProblemWriter writer) {
    this.writer = writer;
  }

  @Override
  protected boolean shouldNotFilter(HttpServletRequest request) {
    var path = request.getServletPath();
    return !path.equals("/files") && !path.startsWith("/files/");
  }

  @Override
  protected void doFilterInternal(
      HttpServletRequest sent, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    var override = sent.getHeader("X-HTTP-Method-Override");
    var request = override == null ? sent : new Overridden(sent, override.strip());
    response.setHeader("Tus-Resumable", VERSION);
    if (request.getMethod().equals("OPTIONS") || VERSION.equals(sent.getHeader("Tus-Resumable"))) {
      chain.doFilter(request, response);
      return;
    }
    writer.write(
        request,
        response,
        VERSION_UNSUPPORTED
            .because("Tus-Resumable is missing or unknown (expected: " + VERSION + ").")
            .header("Tus-Version", VERSION));
  }

  /** For clients whose environment cannot send the method that they mean. */
  private static final class Overridden extends HttpServletRequestWrapper {
    private final String method;

    Overridden(HttpServletRequest request, String method) {
      super(request);
      this.method = method.toUpperCase(Locale.ROOT);
    }

    @Override
    public String getMethod() {
      return method;
    }
  }
}
