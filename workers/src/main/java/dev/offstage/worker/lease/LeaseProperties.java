package dev.offstage.worker.lease;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How a worker shows that it lives.
 *
 * @param length after so long without a heartbeat the worker is taken for dead
 * @param heartbeat how often it renews; at most a third of the length
 */
@ConfigurationProperties("offstage.worker.lease")
public record LeaseProperties(
    @DefaultValue("12s") Duration length, @DefaultValue("3s") Duration heartbeat) {

  /**
   * @throws IllegalArgumentException naming the property, its value and what was expected
   */
  public LeaseProperties {
    if (!heartbeat.isPositive() || heartbeat.multipliedBy(3).compareTo(length) > 0) {
      throw new IllegalArgumentException(
          "offstage.worker.lease.heartbeat: %s (expected: > 0s, at most a third of length, %s)"
              .formatted(heartbeat, length));
    }
  }

  /** From when on the worker itself takes its lease for lapsed: early enough to stop in time. */
  Duration lapse() {
    return length.minus(length.dividedBy(6));
  }
}
