package dev.offstage.ingest.analytics;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What a question may cost.
 *
 * @param atOnce questions that this node asks PostgreSQL at the same time; keep it well below the
 *     connection pool's size, which uploads and jobs share
 * @param patience after which a question is given up
 * @param maxStreams of live counts and inspectors at once on this node
 */
@ConfigurationProperties("offstage.analytics")
public record AnalyticsProperties(
    @DefaultValue("4") int atOnce,
    @DefaultValue("10s") Duration patience,
    @DefaultValue("100") int maxStreams) {

  /**
   * @throws IllegalArgumentException naming the property, its value and what was expected
   */
  public AnalyticsProperties {
    require(atOnce > 0, "at-once", atOnce, "> 0");
    require(patience.toMillis() >= 1, "patience", patience, ">= 1ms");
    require(maxStreams > 0, "max-streams", maxStreams, "> 0");
  }

  private static void require(boolean good, String name, Object value, String expected) {
    if (!good) {
      throw new IllegalArgumentException(
          "offstage.analytics.%s: %s (expected: %s)".formatted(name, value, expected));
    }
  }
}
