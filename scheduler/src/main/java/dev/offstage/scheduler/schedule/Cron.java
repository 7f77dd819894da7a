package dev.offstage.scheduler.schedule;

import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.Optional;
import org.springframework.scheduling.support.CronExpression;

/**
 * When a schedule ticks: five fields of cron (minute, hour, day of the month, month, day of the
 * week), or six, the first of which is the second. Read in a time zone. Where a clock is put
 * forward, what it leaves out does not tick. Where one is put back, a tick of a certain hour comes
 * the first time only; one of every hour, both times.
 */
public final class Cron {
  private static final String EXPECTED = "five or six fields of cron, such as 0 3 * * *";
  private static final int MOST = 100;

  private final String text;
  private final CronExpression expression;
  private final boolean everyHour;

  private Cron(String text, CronExpression expression, boolean everyHour) {
    this.text = text;
    this.expression = expression;
    this.everyHour = everyHour;
  }

  /**
   * @throws IllegalArgumentException naming the value and what was expected
   */
  public static Cron of(String text) {
    var fields = text.strip().split("\\s+", -1);
    try {
      if (text.length() <= MOST && (fields.length == 5 || fields.length == 6)) {
        var six = (fields.length == 5 ? "0 " : "") + String.join(" ", fields);
        var hour = fields[fields.length - 4];
        return new Cron(text.strip(), CronExpression.parse(six), hour.startsWith("*"));
      }
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(refused(text), e);
    }
    throw new IllegalArgumentException(refused(text));
  }

  private static String refused(String text) {
    var shown = text.length() > MOST ? text.substring(0, MOST) + "…" : text;
    return "cron: %s (expected: %s)".formatted(shown, EXPECTED);
  }

  /** The first tick after {@code after}; empty if there is none within years. */
  public Optional<Instant> next(Instant after, ZoneId zone) {
    var next = expression.next(after.atZone(zone));
    while (next != null && !everyHour && !next.equals(next.withEarlierOffsetAtOverlap())) {
      next = expression.next(next);
    }
    return Optional.ofNullable(next).map(ZonedDateTime::toInstant);
  }

  @Override
  public String toString() {
    return text;
  }
}
