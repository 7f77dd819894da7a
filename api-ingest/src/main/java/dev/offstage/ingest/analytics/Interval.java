package dev.offstage.ingest.analytics;

import java.time.Duration;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.Locale;

/** How long the parts are that a range is counted in. */
enum Interval {
  HOUR(Duration.ofDays(32)),
  DAY(Duration.ofDays(400)),
  WEEK(Duration.ofDays(400)),
  MONTH(Duration.ofDays(400));

  private final Duration longest;

  Interval(Duration longest) {
    this.longest = longest;
  }

  /** As the API and {@code date_trunc} spell it. */
  String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The longest range that may be counted in such parts. */
  Duration longest() {
    return longest;
  }

  /**
   * The beginning of the part that comes {@code n} parts after the one that begins at {@code at}.
   */
  ZonedDateTime plus(ZonedDateTime at, long n) {
    return switch (this) {
      case HOUR -> at.plusHours(n);
      case DAY -> at.plusDays(n);
      case WEEK -> at.plusWeeks(n);
      case MONTH -> at.plusMonths(n);
    };
  }

  /** The beginning of the part that a time is in; weeks begin on Monday (ISO 8601). */
  ZonedDateTime floor(ZonedDateTime at) {
    return switch (this) {
      case HOUR -> at.truncatedTo(ChronoUnit.HOURS);
      case DAY -> at.truncatedTo(ChronoUnit.DAYS);
      case WEEK -> at.truncatedTo(ChronoUnit.DAYS).minusDays(at.getDayOfWeek().getValue() - 1L);
      case MONTH -> at.truncatedTo(ChronoUnit.DAYS).withDayOfMonth(1);
    };
  }
}
