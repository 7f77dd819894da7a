package dev.offstage.scheduler.schedule;

import java.time.Instant;
import java.time.ZoneId;
import java.util.Optional;
import org.springframework.scheduling.support.CronExpression;

/**
 * When a schedule ticks: five fields of cron (minute, hour, day of the month, month, day of the
 * week), or six, the first of which is the second. Read in a time zone: what a clock that is put
 * forward leaves out does not tick, or ticks once after the gap; what one that is put back shows
 * twice ticks once.
 */
public final class Cron {
  private static final String EXPECTED = "five or six fields of cron, such as 0 3 * * *";
  private static final int MOST = 100;

  private final String text;
  private final CronExpression expression;

  private Cron(String text, CronExpression expression) {
    this.text = text;
    this.expression = expression;
  }

  /**
   * @throws IllegalArgumentException naming the value and what was expected
   */
  public static Cron of(String text) {
    var fields = text.strip().split("\\s+", -1);
    try {
      if (text.length() <= MOST && (fields.length == 5 || fields.length == 6)) {
        var six = String.join(" ", fields);
        return new Cron(text.strip(), CronExpression.parse(fields.length == 5 ? "0 " + six : six));
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
    return Optional.ofNullable(expression.next(after.atZone(zone))).map(next -> next.toInstant());
  }

  @Override
  public String toString() {
    return text;
  }
}
