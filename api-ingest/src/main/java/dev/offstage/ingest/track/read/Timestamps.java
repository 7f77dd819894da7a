package dev.offstage.ingest.track.read;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Times as SDKs write them: ISO 8601 with a zone or without (then UTC), with the digits of any
 * script, which phones have written for as long as formatters took the user's locale; and
 * milliseconds since 1970.
 */
final class Timestamps {
  /** What timestamptz and every clock can hold, and no more digits than they keep. */
  private static final Instant FIRST = Instant.parse("0001-01-01T00:00:00Z");

  private static final Instant LAST = Instant.parse("9999-12-31T23:59:59Z");
  private static final int MAX_LENGTH = 40;
  private static final Pattern BARE_OFFSET = Pattern.compile("([+-]\\d\\d)(\\d\\d)$");
  private static final Pattern MILLIS = Pattern.compile("-?\\d{1,15}");

  private static final DateTimeFormatter FORM =
      new DateTimeFormatterBuilder()
          .append(DateTimeFormatter.ISO_LOCAL_DATE_TIME)
          .optionalStart()
          .appendOffset("+HH:mm", "Z")
          .optionalEnd()
          .toFormatter(Locale.ROOT);

  private Timestamps() {}

  /** The time; empty if it is none. */
  static Optional<Instant> parse(String text) {
    if (text.length() > MAX_LENGTH) {
      return Optional.empty();
    }
    var digits = western(text.strip());
    try {
      var time = MILLIS.matcher(digits).matches() ? ofMillis(digits) : ofIso(digits);
      return Optional.of(time)
          .filter(t -> !t.isBefore(FIRST) && !t.isAfter(LAST))
          .map(t -> t.truncatedTo(ChronoUnit.MICROS));
    } catch (DateTimeException | ArithmeticException e) {
      return Optional.empty();
    }
  }

  private static Instant ofMillis(String digits) {
    return Instant.ofEpochMilli(Long.parseLong(digits));
  }

  private static Instant ofIso(String text) {
    var day = text.indexOf('T') < 0 ? text.replaceFirst(" ", "T") : text;
    var iso = BARE_OFFSET.matcher(day).replaceFirst("$1:$2");
    if (iso.indexOf('T') < 0) {
      return LocalDate.parse(iso).atStartOfDay(ZoneOffset.UTC).toInstant();
    }
    var parsed = FORM.parseBest(iso, OffsetDateTime::from, LocalDateTime::from);
    return parsed instanceof OffsetDateTime zoned
        ? zoned.toInstant()
        : ((LocalDateTime) parsed).toInstant(ZoneOffset.UTC);
  }

  private static String western(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) > '9' && Character.isDigit(text.charAt(i))) {
        return text.codePoints()
            .map(c -> Character.isDigit(c) ? '0' + Character.digit(c, 10) : c)
            .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
            .toString();
      }
    }
    return text;
  }
}
