package dev.offstage.ingest.track;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * How events are taken.
 *
 * @param inFlight memory that requests may hold together on this node until the broker has
 *     confirmed them; what comes beyond it is told to come again
 * @param maxQueued messages that may wait to be written; beyond it clients are told to come again
 * @param rate events a second of one write key over all nodes, unless the key has its own
 * @param oldest how long ago an event may have happened; an older time is taken for a wrong clock.
 *     At most as long as events are kept ({@code offstage.retention.events})
 * @param bodyTimeout how long a request may take to arrive
 * @param confirmTimeout how long the broker may take to confirm
 * @param publicHost host, and port if need be, that SDKs reach this API at, such as {@code
 *     events.example.com}; by default the one that they asked for their settings
 */
@ConfigurationProperties("offstage.ingest.events")
public record TrackProperties(
    @DefaultValue("64MB") DataSize inFlight,
    @DefaultValue("200000") long maxQueued,
    @DefaultValue("50000") int rate,
    @DefaultValue("400d") Duration oldest,
    @DefaultValue("30s") Duration bodyTimeout,
    @DefaultValue("5s") Duration confirmTimeout,
    @Nullable String publicHost) {

  /**
   * @throws IllegalArgumentException naming the property, its value and what was expected
   */
  public TrackProperties {
    check(inFlight.toMegabytes() >= 4, "in-flight", inFlight, "at least 4MB");
    check(maxQueued > 0, "max-queued", maxQueued, "more than 0");
    check(rate > 0, "rate", rate, "more than 0");
    check(oldest.compareTo(Duration.ofDays(1)) >= 0, "oldest", oldest, "at least 1d");
    check(bodyTimeout.isPositive(), "body-timeout", bodyTimeout, "more than 0s");
    check(confirmTimeout.isPositive(), "confirm-timeout", confirmTimeout, "more than 0s");
    check(
        publicHost == null || publicHost.matches("[A-Za-z0-9.-]+(:\\d+)?"),
        "public-host",
        publicHost,
        "a host, and a port if need be, without a scheme");
  }

  private static void check(boolean holds, String name, @Nullable Object value, String expected) {
    if (!holds) {
      throw new IllegalArgumentException(
          "offstage.ingest.events.%s: %s (expected: %s)".formatted(name, value, expected));
    }
  }
}
