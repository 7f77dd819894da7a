package dev.offstage.scheduler.prune;

import java.time.Duration;

/** When something that is done now and then is to be done next; at first at once. */
final class Schedule {
  private final long every;
  private long next = System.nanoTime();

  Schedule(Duration every) {
    this.every = every.toNanos();
  }

  /** Whether it is time; if so, the next time is set. */
  boolean isTime() {
    long now = System.nanoTime();
    if (now - next < 0) {
      return false;
    }
    next = now + every;
    return true;
  }

  /** Lets the next time come no later than this. */
  void hasten(Duration atMost) {
    next = Math.min(next, System.nanoTime() + atMost.toNanos());
  }
}
