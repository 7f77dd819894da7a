package dev.offstage.scheduler.recurring;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How schedules are fired.
 *
 * @param enabled whether this node takes part; every scheduler may
 * @param poll how often JobRunr looks for what is to be done; how exactly schedules tick
 * @param every how often it is looked for what JobRunr did not do
 * @param lateAfter when a tick that JobRunr did not fire is fired all the same
 * @param missedAfter when a tick counts as missed, and its schedule says what becomes of it
 * @param workers how many runs this node watches at a time
 * @param keep how long ended runs are kept
 */
@ConfigurationProperties("offstage.recurring")
record RecurringProperties(
    @DefaultValue("true") boolean enabled,
    @DefaultValue("5s") Duration poll,
    @DefaultValue("5s") Duration every,
    @DefaultValue("20s") Duration lateAfter,
    @DefaultValue("2m") Duration missedAfter,
    @DefaultValue("64") int workers,
    @DefaultValue("90d") Duration keep) {

  RecurringProperties {
    require(poll.compareTo(Duration.ofSeconds(5)) >= 0, "poll", poll, "at least 5s");
    require(every.isPositive(), "every", every, "> 0s");
    require(!lateAfter.isNegative(), "late-after", lateAfter, "at least 0s");
    require(
        missedAfter.compareTo(lateAfter) > 0,
        "missed-after",
        missedAfter,
        "more than late-after, " + lateAfter);
    require(workers >= 1 && workers <= 1_000, "workers", workers, "1 to 1000");
    require(keep.compareTo(Duration.ofDays(1)) >= 0, "keep", keep, "at least 1d");
  }

  private static void require(boolean holds, String name, Object value, String expected) {
    if (!holds) {
      throw new IllegalArgumentException(
          "offstage.recurring.%s: %s (expected: %s)".formatted(name, value, expected));
    }
  }
}
