package dev.offstage.scheduler.dispatch;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How jobs are dispatched.
 *
 * @param poll the longest sleep; a hint or a job that falls due ends it earlier
 * @param reticket after how long a ticket that nobody claimed is sent again
 * @param minWindow jobs that a pool's queue may hold however slow the pool is
 * @param maxWindow jobs that a pool's queue may hold however fast the pool is
 */
@ConfigurationProperties("offstage.dispatch")
record DispatchProperties(
    @DefaultValue("1s") Duration poll,
    @DefaultValue("10s") Duration reticket,
    @DefaultValue("20") int minWindow,
    @DefaultValue("20000") int maxWindow) {

  DispatchProperties {
    if (!poll.isPositive() || poll.compareTo(Duration.ofMinutes(1)) > 0) {
      throw new IllegalArgumentException(
          "offstage.dispatch.poll: " + poll + " (expected: > 0s, at most 1m)");
    }
    if (!reticket.isPositive()) {
      throw new IllegalArgumentException(
          "offstage.dispatch.reticket: " + reticket + " (expected: > 0s)");
    }
    if (minWindow < 1 || maxWindow < minWindow) {
      throw new IllegalArgumentException(
          "offstage.dispatch: min-window %d, max-window %d (expected: 1 <= min-window <= max-window)"
              .formatted(minWindow, maxWindow));
    }
  }
}
