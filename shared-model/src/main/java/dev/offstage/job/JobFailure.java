package dev.offstage.job;

/**
 * Why an attempt failed.
 *
 * @param reason stable and machine-readable, such as {@code image-truncated}; an app may switch on
 *     it
 * @param message for people; says what was wrong and, where it helps, what was expected. At most
 *     {@value #MAX_MESSAGE} characters; longer ones are cut.
 */
public record JobFailure(String reason, String message) {
  private static final int MAX_MESSAGE = 2_000;

  public JobFailure {
    // PostgreSQL's text cannot hold NUL, and a settle must never fail over its own failure's words.
    message = message.replace('\0', ' ');
    if (message.length() > MAX_MESSAGE) {
      message = message.substring(0, MAX_MESSAGE - 1) + "…";
    }
  }

  /** An exception that the handler did not name: its class and message. */
  public static JobFailure of(Throwable thrown) {
    var text = thrown.getMessage();
    return new JobFailure(
        "exception", thrown.getClass().getName() + (text == null ? "" : ": " + text));
  }
}
