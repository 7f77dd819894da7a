package dev.offstage.scheduler.rescue;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How dead workers are found.
 *
 * @param every how often leases are looked at
 * @param sweepEvery how often all live jobs are looked through for some whose worker is unknown
 * @param forgetAfter how long the row of a worker that ended is kept
 */
@ConfigurationProperties("offstage.rescue")
record RescueProperties(
    @DefaultValue("2s") Duration every,
    @DefaultValue("1h") Duration sweepEvery,
    @DefaultValue("7d") Duration forgetAfter) {

  RescueProperties {
    if (!every.isPositive() || !sweepEvery.isPositive() || !forgetAfter.isPositive()) {
      throw new IllegalArgumentException(
          "offstage.rescue: every %s, sweep-every %s, forget-after %s (expected: > 0s)"
              .formatted(every, sweepEvery, forgetAfter));
    }
  }
}
