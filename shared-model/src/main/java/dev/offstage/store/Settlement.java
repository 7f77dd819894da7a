package dev.offstage.store;

import dev.offstage.job.JobFailure;
import dev.offstage.job.JobId;
import dev.offstage.job.JobState;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How an attempt is written down.
 *
 * @param claimNo the attempt's fence
 * @param state the job's next
 * @param counted whether the attempt counts
 * @param dueIn when it falls due again; null exactly for a terminal state
 * @param result JSON text
 */
public record Settlement(
    JobId id,
    int claimNo,
    JobState state,
    boolean counted,
    @Nullable Duration dueIn,
    @Nullable String result,
    @Nullable JobFailure failure) {

  /**
   * @throws IllegalArgumentException if a running job cannot become {@code state}, or {@code dueIn}
   *     does not fit it
   */
  public Settlement {
    if (!JobState.RUNNING.canBecome(state)) {
      throw new IllegalArgumentException("settle: a running job cannot become " + state.text());
    }
    if (state.isTerminal() != (dueIn == null)) {
      throw new IllegalArgumentException("settle: " + state.text() + " due in " + dueIn);
    }
  }
}
