package dev.offstage.scheduler.batch.run;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How a node runs batches.
 *
 * @param atOnce executions that it runs at a time, besides those that only wait for something; 0
 *     for a node that starts and shows them only
 * @param parts where those parts of partitioned steps run that can run on workers, too: {@code
 *     threads} of the node, or {@code workers}
 * @param threads parts of partitioned steps that it runs at a time, over all executions
 * @param lease after so long without a heartbeat the node is taken for dead, and what it ran goes
 *     on elsewhere
 * @param heartbeat how often it renews; at most a third of the lease
 * @param every how often it looks for what there is to do
 * @param grace how long a shutdown waits for chunks to end
 */
@ConfigurationProperties("offstage.batch")
record BatchProperties(
    @DefaultValue("4") int atOnce,
    @DefaultValue("threads") Parts parts,
    @DefaultValue("4") int threads,
    @DefaultValue("12s") Duration lease,
    @DefaultValue("3s") Duration heartbeat,
    @DefaultValue("2s") Duration every,
    @DefaultValue("20s") Duration grace) {

  /** Where parts run. */
  enum Parts {
    THREADS,
    WORKERS
  }

  BatchProperties {
    between("at-once", atOnce, 0);
    between("threads", threads, 1);
    if (!heartbeat.isPositive() || heartbeat.multipliedBy(3).compareTo(lease) > 0) {
      throw new IllegalArgumentException(
          "offstage.batch.heartbeat: %s (expected: > 0s, at most a third of lease, %s)"
              .formatted(heartbeat, lease));
    }
    if (!every.isPositive() || grace.isNegative()) {
      throw new IllegalArgumentException(
          "offstage.batch: every %s, grace %s (expected: every > 0s, grace >= 0s)"
              .formatted(every, grace));
    }
  }

  private static void between(String name, int value, int least) {
    if (value < least || value > 100) {
      throw new IllegalArgumentException(
          "offstage.batch.%s: %d (expected: %d to 100)".formatted(name, value, least));
    }
  }

  /** From when on the node itself takes its lease for lapsed: early enough to stop in time. */
  Duration lapse() {
    return lease.minus(lease.dividedBy(6));
  }
}
