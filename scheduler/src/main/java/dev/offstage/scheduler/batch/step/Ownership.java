package dev.offstage.scheduler.batch.step;

import java.time.Duration;

/** What steps ask of whoever lets their execution run. */
public interface Ownership {

  /**
   * Makes sure that the execution is still this node's, until the transaction under way has ended.
   *
   * @throws ExecutionLostException if it is not: nothing of it may be written any more
   */
  void hold(long execution);

  /** Whether the execution is to end as soon as it can: it is stopped, shut down or lost. */
  boolean isEnding(long execution);

  /** Waits, until the execution {@link #isEnding} if that comes first. */
  void rest(long execution, Duration atMost) throws InterruptedException;
}
