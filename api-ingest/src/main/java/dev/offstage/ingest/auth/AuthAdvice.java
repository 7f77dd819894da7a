package dev.offstage.ingest.auth;

import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.core.AuthenticationException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;

/** Leaves Spring Security's own refusals to its chain, before any other advice answers them. */
@RestControllerAdvice
@Order(Ordered.HIGHEST_PRECEDENCE)
class AuthAdvice {

  @ExceptionHandler({AuthenticationException.class, AccessDeniedException.class})
  void toTheChain(RuntimeException refused) {
    throw refused;
  }
}
