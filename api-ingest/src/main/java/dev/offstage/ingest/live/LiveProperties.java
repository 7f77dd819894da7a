package dev.offstage.ingest.live;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Bounds of long polls and event streams.
 *
 * @param maxWatches at once on this node; keep it below {@code server.tomcat.max-connections}
 * @param maxWatchesPerTenant at once on this node
 * @param heartbeat how often an idle stream carries a comment
 * @param maxStream after which a stream is ended, so that the client comes back with a fresh token
 */
@ConfigurationProperties("offstage.live")
public record LiveProperties(
    @DefaultValue("5000") int maxWatches,
    @DefaultValue("2000") int maxWatchesPerTenant,
    @DefaultValue("15s") Duration heartbeat,
    @DefaultValue("30m") Duration maxStream) {

  /**
   * @throws IllegalArgumentException naming the property, its value and what was expected
   */
  public LiveProperties {
    require(maxWatches > 0, "max-watches", maxWatches, "> 0");
    require(maxWatchesPerTenant > 0, "max-watches-per-tenant", maxWatchesPerTenant, "> 0");
    require(heartbeat.isPositive(), "heartbeat", heartbeat, "> 0");
    require(maxStream.isPositive(), "max-stream", maxStream, "> 0");
  }

  private static void require(boolean good, String name, Object value, String expected) {
    if (!good) {
      throw new IllegalArgumentException(
          "offstage.live.%s: %s (expected: %s)".formatted(name, value, expected));
    }
  }
}
