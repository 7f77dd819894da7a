package dev.offstage.scheduler.prune;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How long things are kept, where nothing else is said for their tenant.
 *
 * @param jobs from a job's end; its steps and log, and workflows, go with it
 * @param idempotencyKeys from the request that brought one
 * @param receipts likewise, of those that devices count by themselves
 * @param events by the day on which they happened
 * @param rejects events that were refused, by the day on which they came
 * @param files that batches have made, such as exports
 * @param runs of batches, from their last end
 * @param rollups what was counted of events, by the day on which they happened
 */
@ConfigurationProperties("offstage.retention")
public record RetentionProperties(
    @DefaultValue("14d") Duration jobs,
    @DefaultValue("24h") Duration idempotencyKeys,
    @DefaultValue("30d") Duration receipts,
    @DefaultValue("400d") Duration events,
    @DefaultValue("14d") Duration rejects,
    @DefaultValue("30d") Duration files,
    @DefaultValue("400d") Duration runs,
    @DefaultValue("1095d") Duration rollups) {

  public RetentionProperties {
    atLeastADay("jobs", jobs);
    atLeastADay("events", events);
    atLeastADay("rejects", rejects);
    atLeastADay("files", files);
    atLeastADay("runs", runs);
    if (rollups.compareTo(events) < 0) {
      throw new IllegalArgumentException(
          "offstage.retention.rollups: %s (expected: at least as long as events are kept, %s)"
              .formatted(rollups, events));
    }
    if (!idempotencyKeys.isPositive() || receipts.compareTo(idempotencyKeys) < 0) {
      throw new IllegalArgumentException(
          "offstage.retention: idempotency-keys %s, receipts %s (expected: 0s < idempotency-keys <= receipts)"
              .formatted(idempotencyKeys, receipts));
    }
  }

  private static void atLeastADay(String name, Duration value) {
    if (value.compareTo(Duration.ofDays(1)) < 0) {
      throw new IllegalArgumentException(
          "offstage.retention." + name + ": " + value + " (expected: at least 1d)");
    }
  }
}
