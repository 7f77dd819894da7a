package dev.offstage.scheduler.console.auth;

import dev.offstage.operator.OperatorTokens;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.web.filter.OncePerRequestFilter;

/** Reads {@code Authorization: Bearer}. Whoever shows a token is judged by it alone. */
final class TokenFilter extends OncePerRequestFilter {
  private static final String SCHEME = "bearer ";

  private final OperatorTokens tokens;

  TokenFilter(OperatorTokens tokens) {
    this.tokens = tokens;
  }

  static boolean isUsedBy(HttpServletRequest request) {
    return token(request) != null;
  }

  private static @Nullable String token(HttpServletRequest request) {
    var header = request.getHeader(HttpHeaders.AUTHORIZATION);
    return header != null && header.regionMatches(true, 0, SCHEME, 0, SCHEME.length())
        ? header.substring(SCHEME.length()).strip()
        : null;
  }

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    var token = token(request);
    if (token != null) {
      var context = SecurityContextHolder.createEmptyContext();
      tokens
          .find(token)
          .ifPresent(
              operator -> context.setAuthentication(new OperatorAuthentication(operator, "token")));
      SecurityContextHolder.setContext(context);
    }
    chain.doFilter(request, response);
  }
}
