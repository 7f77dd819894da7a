package dev.offstage.scheduler.batch;

import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which executions are meant. What is null, or empty, leaves none out.
 *
 * @param tenant the value of their parameter {@code tenant}
 * @param from created at or after
 * @param to created before
 */
public record BatchFilter(
    @Nullable String batch,
    Set<BatchState> states,
    @Nullable String tenant,
    @Nullable Long range,
    @Nullable Instant from,
    @Nullable Instant to) {

  /** All. */
  public static final BatchFilter ALL = new BatchFilter(null, Set.of(), null, null, null, null);

  public BatchFilter {
    states = Set.copyOf(states);
  }

  /** Those of one batch. */
  public static BatchFilter of(String batch) {
    return new BatchFilter(batch, Set.of(), null, null, null, null);
  }
}
