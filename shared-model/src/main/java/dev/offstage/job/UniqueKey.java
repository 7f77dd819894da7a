package dev.offstage.job;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Of the jobs of one tenant and kind with the same key, one at a time.
 *
 * @param policy what becomes of a newcomer while the key is taken
 * @param period for how long after the enqueue the key is taken, whether or not the job has ended;
 *     null for as long as the job is live. A job that expires or is cancelled frees its key at once
 */
public record UniqueKey(String key, Policy policy, @Nullable Duration period) {
  /** What becomes of a job whose unique key is taken. */
  public enum Policy {
    /** It is refused, and the refusal names the job that has the key. */
    REJECT,
    /**
     * The latest wins: the job that has the key is cancelled, unless it runs; then the newcomer
     * runs after it, in the place of whichever waited for that.
     */
    REPLACE,
    /** The job that has the key is kept, and answered in the newcomer's stead. */
    KEEP
  }

  /**
   * @throws IllegalArgumentException naming the field, its value and what was expected
   */
  public UniqueKey {
    Keys.check("uniqueKey", key);
    if (period != null && !period.isPositive()) {
      throw new IllegalArgumentException("unique period: " + period + " (expected: > 0)");
    }
  }
}
