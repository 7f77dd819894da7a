package dev.offstage.ingest.auth;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Reads {@code Authorization: Bearer}. A token that names nobody leaves the request without a
 * caller: whether that is refused is the endpoint's decision ({@link AccessRules}), so that an
 * expired token does not cost an upload whose URL alone authorises it.
 */
final class BearerFilter extends OncePerRequestFilter {
  private static final String FAILURE = BearerFilter.class.getName() + ".failure";
  private static final String SCHEME = "Bearer ";

  private final BearerTokens tokens;

  BearerFilter(BearerTokens tokens) {
    this.tokens = tokens;
  }

  /** Why the request's token named nobody; null if it had none. */
  static @Nullable TokenException failure(HttpServletRequest request) {
    return request.getAttribute(FAILURE) instanceof TokenException failure ? failure : null;
  }

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    var header = request.getHeader(HttpHeaders.AUTHORIZATION);
    if (header != null && header.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
      try {
        var caller = tokens.caller(header.substring(SCHEME.length()).strip());
        var context = SecurityContextHolder.createEmptyContext();
        context.setAuthentication(new CallerAuthentication(caller));
        SecurityContextHolder.setContext(context);
      } catch (TokenException e) {
        request.setAttribute(FAILURE, e);
      }
    }
    chain.doFilter(request, response);
  }
}
