package dev.offstage.worker.destination;

import java.time.Duration;

/**
 * One call. Runs on a thread of its own, so it must not use the job's context; that thread is
 * interrupted when the time is up or the attempt ends.
 */
public interface Work<T> {
  /**
   * @param timeLimit within which it has to end: the destination's, or what is left of the attempt
   */
  T run(Duration timeLimit) throws Exception;
}
