package dev.offstage.ingest.analytics;

import dev.offstage.body.Fields;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * From when until when, and in which zone days begin.
 *
 * @param to excluded
 */
record Range(Instant from, Instant to, ZoneId zone) {
  private static final Duration QUARTER = Duration.ofMinutes(15);
  private static final String EXPECTED =
      "a date such as 2030-01-31, or a time such as 2030-01-31T12:00:00Z at a quarter of an hour";

  /**
   * Reads {@code from}, {@code to} and {@code zone}.
   *
   * @param days that are meant where there is no {@code from}, with today
   * @param longest range that is allowed
   */
  static Range read(Fields fields, Instant now, int days, Duration longest) {
    var zone = fields.text("zone", Range::zone);
    var in = zone == null ? ZoneId.of("UTC") : zone;
    var tomorrow = now.atZone(in).toLocalDate().plusDays(1).atStartOfDay(in);
    var to = fields.text("to", text -> time("to", text, in));
    var end = to == null ? tomorrow.toInstant() : to;
    var from = fields.text("from", text -> time("from", text, in));
    var begin = from == null ? end.atZone(in).minusDays(days).toInstant() : from;
    if (!begin.isBefore(end)) {
      fields.wrong("to", end + " (expected: later than from, " + begin + ")");
    } else if (Duration.between(begin, end).compareTo(longest) > 0) {
      fields.wrong(
          "from",
          "%d days before to (expected: at most %d)"
              .formatted(Duration.between(begin, end).toDays(), longest.toDays()));
    }
    return new Range(begin, end, in);
  }

  private static ZoneId zone(String text) {
    try {
      return ZoneId.of(text);
    } catch (DateTimeException e) {
      throw new IllegalArgumentException(
          "zone: " + Fields.shown(text) + " (expected: a time zone such as Europe/Berlin)", e);
    }
  }

  private static Instant time(String name, String text, ZoneId zone) {
    var problem =
        new IllegalArgumentException(
            name + ": " + Fields.shown(text) + " (expected: " + EXPECTED + ")");
    try {
      var time =
          text.length() == 10
              ? LocalDate.parse(text).atStartOfDay(zone).toInstant()
              : Fields.instant(name, text);
      int year = time.atZone(zone).getYear();
      if (time.toEpochMilli() % QUARTER.toMillis() == 0 && year >= 1970 && year <= 9999) {
        return time;
      }
    } catch (DateTimeParseException e) {
      problem.addSuppressed(e);
    }
    throw problem;
  }

  /** The range that many parts longer, at its end. */
  Range longer(Interval interval, int parts) {
    return new Range(from, interval.plus(to.atZone(zone), parts).toInstant(), zone);
  }

  /**
   * What statements call {@code :from}, {@code :to} and {@code :zone}. Times as such: a text that
   * is cast would be parsed anew for each row.
   */
  Map<String, @Nullable Object> params() {
    return Map.of(
        "from", from.atOffset(ZoneOffset.UTC),
        "to", to.atOffset(ZoneOffset.UTC),
        "zone", zone.getId());
  }

  /** The beginnings of its parts, the first of which may begin before the range. */
  List<ZonedDateTime> parts(Interval interval) {
    var parts = new ArrayList<ZonedDateTime>();
    var at = interval.floor(from.atZone(zone));
    while (at.toInstant().isBefore(to)) {
      parts.add(at);
      at = interval.plus(at, 1);
    }
    return parts;
  }

  /** A time as answers show it: with the offset that its zone has then. */
  String shown(Instant at) {
    return at.atZone(zone).toOffsetDateTime().toString();
  }
}
