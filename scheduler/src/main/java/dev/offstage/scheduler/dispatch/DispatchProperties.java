package dev.offstage.scheduler.dispatch;

import dev.offstage.job.Priority;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How jobs are dispatched.
 *
 * @param poll the longest sleep; a hint or a job that falls due ends it earlier
 * @param reticket after how long a ticket that nobody claimed is sent again
 * @param minWindow jobs that a pool's queue may hold however slow the pool is
 * @param maxWindow jobs that a pool's queue may hold however fast the pool is
 * @param weights how a backlog shares a pool out between priorities; one that is not named has its
 *     default: high 8, normal 4, low 2, bulk 1
 * @param parkAfter after how long without any worker that runs a kind its due jobs are parked
 */
@ConfigurationProperties("offstage.dispatch")
record DispatchProperties(
    @DefaultValue("1s") Duration poll,
    @DefaultValue("10s") Duration reticket,
    @DefaultValue("20") int minWindow,
    @DefaultValue("20000") int maxWindow,
    @Nullable Map<Priority, Integer> weights,
    @DefaultValue("30s") Duration parkAfter) {

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
    if (parkAfter.isNegative()) {
      throw new IllegalArgumentException(
          "offstage.dispatch.park-after: " + parkAfter + " (expected: not negative)");
    }
    weights = checked(weights == null ? Map.of() : weights);
  }

  /** A weight for each priority. */
  Map<Priority, Integer> shares() {
    return Objects.requireNonNull(weights, "made whole when they were bound");
  }

  private static Map<Priority, Integer> checked(Map<Priority, Integer> given) {
    Map<Priority, Integer> all =
        new EnumMap<>(
            Map.of(Priority.HIGH, 8, Priority.NORMAL, 4, Priority.LOW, 2, Priority.BULK, 1));
    all.putAll(given);
    all.forEach(
        (priority, weight) -> {
          if (weight < 1 || weight > 1_000) {
            throw new IllegalArgumentException(
                "offstage.dispatch.weights.%s: %d (expected: 1 to 1000)"
                    .formatted(priority.text(), weight));
          }
        });
    return Map.copyOf(all);
  }
}
