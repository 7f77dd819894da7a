package dev.offstage.standalone;

/** The arguments cannot be followed; the message says which and what was expected. */
final class UsageException extends RuntimeException {
  private static final long serialVersionUID = 1;

  UsageException(String message) {
    super(message);
  }
}
