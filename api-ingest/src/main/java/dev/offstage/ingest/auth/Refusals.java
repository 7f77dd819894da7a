package dev.offstage.ingest.auth;

import dev.offstage.problem.ProblemException;
import dev.offstage.problem.ProblemType;
import dev.offstage.problem.ProblemWriter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.stream.Collectors;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.web.AuthenticationEntryPoint;
import org.springframework.security.web.access.AccessDeniedHandler;

/** Says no for the security chain: 404 and 405 for what does not exist, else 401, 403 or 503. */
final class Refusals implements AuthenticationEntryPoint, AccessDeniedHandler {
  private static final String CHALLENGE = "Bearer realm=\"offstage\"";

  private final AccessRules rules;
  private final ProblemWriter writer;

  Refusals(AccessRules rules, ProblemWriter writer) {
    this.rules = rules;
    this.writer = writer;
  }

  /** Without a caller. */
  @Override
  public void commence(
      HttpServletRequest request, HttpServletResponse response, AuthenticationException e)
      throws IOException {
    writer.write(
        request, response, rules.find(request).isEmpty() ? missing(request) : nobody(request));
  }

  /** With a caller who may not. */
  @Override
  public void handle(
      HttpServletRequest request, HttpServletResponse response, AccessDeniedException e)
      throws IOException {
    var rule = rules.find(request);
    writer.write(
        request,
        response,
        rule.isEmpty() || rule.get().scope() == null
            ? missing(request)
            : lacking(rule.get().scope()));
  }

  private ProblemException missing(HttpServletRequest request) {
    var methods = rules.methods(request);
    if (methods.isEmpty()) {
      return ProblemType.NOT_FOUND.because("There is nothing at this path.");
    }
    var allow = methods.stream().map(HttpMethod::name).sorted().collect(Collectors.joining(", "));
    return ProblemType.METHOD_NOT_ALLOWED
        .because("This path takes " + allow + ".")
        .header(HttpHeaders.ALLOW, allow);
  }

  private static ProblemException nobody(HttpServletRequest request) {
    var failure = BearerFilter.failure(request);
    if (failure == null) {
      return ProblemType.UNAUTHENTICATED
          .because("This needs an API key or a token: Authorization: Bearer …")
          .header(HttpHeaders.WWW_AUTHENTICATE, CHALLENGE);
    }
    var why = String.valueOf(failure.getMessage());
    if (!failure.isRefused()) {
      return ProblemType.UNAVAILABLE
          .because("Your token cannot be checked at the moment; please try again shortly.")
          .retryAfter(Duration.ofSeconds(2));
    }
    return ProblemType.INVALID_TOKEN
        .because(why)
        .header(
            HttpHeaders.WWW_AUTHENTICATE,
            CHALLENGE + ", error=\"invalid_token\", error_description=\"" + why + "\"");
  }

  private static ProblemException lacking(Scope scope) {
    return ProblemType.FORBIDDEN
        .because("Your key or token lacks the scope " + scope.text() + ".")
        .with("scope", scope.text())
        .header(
            HttpHeaders.WWW_AUTHENTICATE,
            CHALLENGE + ", error=\"insufficient_scope\", scope=\"" + scope.text() + "\"");
  }
}
