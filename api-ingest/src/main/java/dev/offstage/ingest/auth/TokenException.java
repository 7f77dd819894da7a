package dev.offstage.ingest.auth;

import org.jspecify.annotations.Nullable;
import org.springframework.security.core.AuthenticationException;

/** A bearer token that names no caller. */
final class TokenException extends AuthenticationException {
  private final boolean refused;

  private TokenException(boolean refused, String message, @Nullable Throwable cause) {
    super(message);
    if (cause != null) {
      initCause(cause);
    }
    this.refused = refused;
  }

  /** The token is not good. {@code why} is shown to the client. */
  static TokenException refused(String why, @Nullable Throwable cause) {
    return new TokenException(true, why, cause);
  }

  /** Whether it is good cannot be told at the moment, which is not the client's fault. */
  static TokenException unknowable(String why, Throwable cause) {
    return new TokenException(false, why, cause);
  }

  boolean isRefused() {
    return refused;
  }
}
