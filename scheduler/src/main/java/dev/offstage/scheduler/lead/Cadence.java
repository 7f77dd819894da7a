package dev.offstage.scheduler.lead;

import java.time.Duration;

/** When something that is done now and then is to be done next; at first at once. */
public final class Cadence {
  private final long every;
  private long next = System.nanoTime();

  public Cadence(Duration every) {
    this.every = every.toNanos();
  }

  /** Whether it is time; if so, the next time is set. */
  public boolean isTime() {
    long now = System.nanoTime();
    if (now - next < 0) {
      return false;
    }
    next = now + every;
    return true;
  }

  /** Lets the next time come no later than this. */
  public void hasten(Duration atMost) {
    next = Math.min(next, System.nanoTime() + atMost.toNanos());
  }
}
