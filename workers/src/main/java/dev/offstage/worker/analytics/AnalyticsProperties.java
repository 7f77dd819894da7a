package dev.offstage.worker.analytics;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * How this worker writes events.
 *
 * @param enabled whether it does
 * @param writers transactions at once
 * @param gather how long messages are gathered before they are written, unless there are enough
 * @param batch how many bytes of messages are enough
 * @param sessionGap that ends a session of an app that names none; 0s for no such sessions
 */
@ConfigurationProperties("offstage.worker.analytics")
public record AnalyticsProperties(
    @DefaultValue("true") boolean enabled,
    @DefaultValue("2") int writers,
    @DefaultValue("50ms") Duration gather,
    @DefaultValue("4MB") DataSize batch,
    @DefaultValue("30m") Duration sessionGap) {

  /**
   * @throws IllegalArgumentException naming the property, its value and what was expected
   */
  public AnalyticsProperties {
    check(writers >= 1 && writers <= 16, "writers", writers, "1 to 16");
    check(!gather.isNegative(), "gather", gather, "not negative");
    check(batch.toKilobytes() >= 1, "batch", batch, "at least 1KB");
    check(
        !sessionGap.isNegative() && sessionGap.compareTo(Duration.ofDays(1)) <= 0,
        "session-gap",
        sessionGap,
        "0s to 1d");
  }

  private static void check(boolean holds, String name, Object value, String expected) {
    if (!holds) {
      throw new IllegalArgumentException(
          "offstage.worker.analytics.%s: %s (expected: %s)".formatted(name, value, expected));
    }
  }
}
