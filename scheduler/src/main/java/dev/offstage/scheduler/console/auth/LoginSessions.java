package dev.offstage.scheduler.console.auth;

import dev.offstage.operator.Operator;
import dev.offstage.operator.Operators;
import dev.offstage.operator.Secret256;
import dev.offstage.scheduler.console.ConsoleProperties;
import dev.offstage.store.Db;
import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseCookie;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.security.core.context.SecurityContext;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.web.context.HttpRequestResponseHolder;
import org.springframework.security.web.context.SecurityContextRepository;
import org.springframework.stereotype.Component;

/**
 * Who is logged in: a random cookie, whose hash is in PostgreSQL, so that every node knows it and
 * nobody who reads the table can use it.
 */
@Component
final class LoginSessions implements SecurityContextRepository {
  private static final String COOKIE = "offstage_ops";

  private final JdbcClient jdbc;
  private final Operators operators;
  private final ConsoleProperties properties;

  LoginSessions(Db db, Operators operators, ConsoleProperties properties) {
    this.jdbc = db.jdbc();
    this.operators = operators;
    this.properties = properties;
  }

  @Override
  @Deprecated
  public SecurityContext loadContext(HttpRequestResponseHolder holder) {
    var context = SecurityContextHolder.createEmptyContext();
    find(holder.getRequest())
        .ifPresent(
            operator -> context.setAuthentication(new OperatorAuthentication(operator, "page")));
    return context;
  }

  @Override
  public boolean containsContext(HttpServletRequest request) {
    return cookie(request) != null;
  }

  /** Logs in whom the context has; logs out where it has nobody. */
  @Override
  public void saveContext(
      SecurityContext context, HttpServletRequest request, HttpServletResponse response) {
    if (context.getAuthentication() instanceof OperatorAuthentication who && !who.isOfPage()) {
      return; // a token is shown with every request, and ends when it is revoked
    }
    var old = cookie(request);
    if (old != null) {
      end(old);
    }
    if (context.getAuthentication() instanceof OperatorAuthentication who) {
      response.addHeader(HttpHeaders.SET_COOKIE, cookie(begin(who.getName()), request));
    } else if (old != null) {
      response.addHeader(HttpHeaders.SET_COOKIE, gone(request));
    }
  }

  private Optional<Operator> find(HttpServletRequest request) {
    var cookie = cookie(request);
    return cookie == null ? Optional.empty() : find(cookie);
  }

  private Optional<Operator> find(String cookie) {
    record Found(String operator, boolean stale) {}
    var hash = Secret256.hash(cookie);
    var found =
        jdbc.sql(
                """
                select operator, seen_at < now() - interval '1 minute' as stale
                from operator_session
                where hash = :hash and seen_at > now() - :idleMs * interval '1 ms'
                  and created_at > now() - :longestMs * interval '1 ms'
                """)
            .param("hash", hash)
            .param("idleMs", properties.idle().toMillis())
            .param("longestMs", properties.longest().toMillis())
            .query((row, n) -> new Found(row.getString("operator"), row.getBoolean("stale")))
            .optional();
    found
        .filter(Found::stale)
        .ifPresent(
            stale ->
                jdbc.sql("update operator_session set seen_at = now() where hash = :hash")
                    .param("hash", hash)
                    .update());
    return found
        .flatMap(session -> operators.find(session.operator()))
        .filter(operator -> operator.disabledAt() == null);
  }

  private String begin(String operator) {
    var text = Secret256.random();
    jdbc.sql(
            """
            with expired as (
              delete from operator_session
              where seen_at < now() - :idleMs * interval '1 ms'
                or created_at < now() - :longestMs * interval '1 ms')
            insert into operator_session (hash, operator) values (:hash, :operator)
            """)
        .param("idleMs", properties.idle().toMillis())
        .param("longestMs", properties.longest().toMillis())
        .param("hash", Secret256.hash(text))
        .param("operator", operator)
        .update();
    return text;
  }

  private void end(String cookie) {
    jdbc.sql("delete from operator_session where hash = :hash")
        .param("hash", Secret256.hash(cookie))
        .update();
  }

  private static @Nullable String cookie(HttpServletRequest request) {
    var cookies = request.getCookies();
    if (cookies != null) {
      for (Cookie cookie : cookies) {
        if (cookie.getName().equals(COOKIE)) {
          return cookie.getValue();
        }
      }
    }
    return null;
  }

  private String cookie(String value, HttpServletRequest request) {
    return cookie(value, properties.longest(), request);
  }

  private static String gone(HttpServletRequest request) {
    return cookie("", Duration.ZERO, request);
  }

  private static String cookie(String value, Duration age, HttpServletRequest request) {
    return ResponseCookie.from(COOKIE, value)
        .path("/")
        .httpOnly(true)
        .secure(request.isSecure())
        .sameSite("Strict")
        .maxAge(age)
        .build()
        .toString();
  }
}
