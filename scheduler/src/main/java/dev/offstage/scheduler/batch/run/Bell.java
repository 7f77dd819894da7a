package dev.offstage.scheduler.batch.run;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/** Wakes this node's loop; others look by themselves. */
final class Bell {
  private final Semaphore rung = new Semaphore(0);

  /** At once, or when the transaction under way on this thread has committed. */
  void ring() {
    if (!TransactionSynchronizationManager.isSynchronizationActive()) {
      rung.release();
      return;
    }
    TransactionSynchronizationManager.registerSynchronization(
        new TransactionSynchronization() {
          @Override
          public void afterCommit() {
            rung.release();
          }
        });
  }

  void await(Duration atMost) throws InterruptedException {
    if (rung.tryAcquire(atMost.toNanos(), TimeUnit.NANOSECONDS)) {
      rung.drainPermits();
    }
  }
}
