package dev.offstage.scheduler.batch;

/** How an execution stands. */
public enum BatchState {
  /** Accepted; no node has taken it yet. */
  WAITING,
  RUNNING,
  /** Asked to stop; it does so at the end of its chunk. */
  STOPPING,
  /** Ended where somebody stopped it; can be restarted. */
  STOPPED,
  /** Ended by an error; can be restarted. */
  FAILED,
  COMPLETED,
  /** Will not be restarted: somebody said so. */
  ABANDONED;

  /** Whether it is still to end. */
  public boolean isLive() {
    return this == WAITING || this == RUNNING || this == STOPPING;
  }
}
