package dev.offstage.servers;

import org.jspecify.annotations.Nullable;

/** A server did not start, stop or answer; the message says which, why, and where its log is. */
public final class ServerFailedException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public ServerFailedException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  public ServerFailedException(String message) {
    this(message, null);
  }
}
