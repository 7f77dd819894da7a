package dev.offstage.scheduler.console.auth;

import dev.offstage.audit.Act;
import dev.offstage.audit.Audit;
import dev.offstage.audit.Outcome;
import dev.offstage.problem.ProblemType;
import dev.offstage.problem.ProblemWriter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.web.AuthenticationEntryPoint;
import org.springframework.security.web.access.AccessDeniedHandler;
import org.springframework.security.web.csrf.CsrfException;

/** How the console says that somebody may not. Browsers that ask for a page get the log-in page. */
final class ConsoleRefusals implements AuthenticationEntryPoint, AccessDeniedHandler {
  static final String LOGIN = "/ops/login";

  private final ProblemWriter writer;
  private final Audit audit;

  ConsoleRefusals(ProblemWriter writer, Audit audit) {
    this.writer = writer;
    this.audit = audit;
  }

  /** Nobody that we know. */
  @Override
  public void commence(
      HttpServletRequest request, HttpServletResponse response, AuthenticationException e)
      throws IOException {
    if (isPage(request)) {
      response.sendRedirect(LOGIN);
      return;
    }
    boolean shown = TokenFilter.isUsedBy(request);
    var problem =
        shown
            ? ProblemType.INVALID_TOKEN.because("The token is not one of an operator in force.")
            : ProblemType.UNAUTHENTICATED.because(
                "This needs an operator's token, Authorization: Bearer …, or a log-in at "
                    + LOGIN
                    + ".");
    writer.write(
        request,
        response,
        problem.header(
            HttpHeaders.WWW_AUTHENTICATE,
            "Bearer realm=\"offstage-ops\"" + (shown ? ", error=\"invalid_token\"" : "")));
  }

  private static boolean isPage(HttpServletRequest request) {
    var accept = request.getHeader(HttpHeaders.ACCEPT);
    return request.getMethod().equals("GET")
        && accept != null
        && accept.contains(MediaType.TEXT_HTML_VALUE)
        && !TokenFilter.isUsedBy(request);
  }

  /** An operator whose role is not enough, or a form that is not ours. */
  @Override
  public void handle(
      HttpServletRequest request, HttpServletResponse response, AccessDeniedException e)
      throws IOException {
    boolean forged = e instanceof CsrfException;
    var why =
        forged
            ? "The request does not come from a page of this console; open it anew and try again."
            : "Your role does not allow this.";
    if (SecurityContextHolder.getContext().getAuthentication()
        instanceof OperatorAuthentication a) {
      var act = Act.of("request", request.getMethod() + " " + request.getRequestURI());
      audit.refused(a.actor(), act, Outcome.REFUSED, forged ? why : "lacks the role");
      writer.write(
          request,
          response,
          ProblemType.FORBIDDEN.because(why).with("role", a.operator().role().text()));
    } else {
      writer.write(request, response, ProblemType.FORBIDDEN.because(why));
    }
  }
}
