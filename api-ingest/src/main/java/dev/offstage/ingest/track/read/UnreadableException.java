package dev.offstage.ingest.track.read;

/** The whole body is of no use; the message says what was wrong and what was expected. */
public final class UnreadableException extends RuntimeException {
  public UnreadableException(String message) {
    super(message);
  }

  public UnreadableException(String message, Throwable cause) {
    super(message, cause);
  }
}
