package dev.offstage.worker.outbound;

import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Optional;

/** Reads {@code Retry-After} (RFC 9110, 10.2.3): seconds, or an HTTP date. */
public final class RetryAfter {
  /** Whoever asks for more is not obeyed beyond it. */
  private static final Duration MOST = Duration.ofHours(24);

  private RetryAfter() {}

  /**
   * @return at least a second, at most a day; empty for what is neither seconds nor a date
   */
  public static Optional<Duration> of(String text, Instant now) {
    var value = text.strip();
    try {
      var wanted =
          value.matches("\\d{1,9}")
              ? Duration.ofSeconds(Long.parseLong(value))
              : Duration.between(
                  now,
                  ZonedDateTime.parse(value, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant());
      return Optional.of(clamped(wanted));
    } catch (DateTimeParseException e) {
      return Optional.empty();
    }
  }

  private static Duration clamped(Duration wanted) {
    var least = Duration.ofSeconds(1);
    return wanted.compareTo(least) < 0 ? least : wanted.compareTo(MOST) > 0 ? MOST : wanted;
  }
}
