package dev.offstage.e2e;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** A client's pause between two tries, as every SDK makes one. Nothing is asserted about time. */
final class Pause {
  private Pause() {}

  static void millis(long millis) {
    long deadline = System.nanoTime() + Duration.ofMillis(millis).toNanos();
    while (System.nanoTime() < deadline && !Thread.currentThread().isInterrupted()) {
      LockSupport.parkNanos(deadline - System.nanoTime());
    }
  }
}
