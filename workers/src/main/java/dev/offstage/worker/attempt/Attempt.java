package dev.offstage.worker.attempt;

import dev.offstage.job.JobFailure;
import dev.offstage.job.Outcome;
import dev.offstage.store.ClaimedJob;
import dev.offstage.store.WorkerId;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** One claimed job on its way through this process. */
public final class Attempt {
  private final WorkerId worker;
  private final ClaimedJob job;
  private final long startedAt = System.nanoTime();

  /** What the attempt ends with when it is interrupted; the first cause stands. */
  private final AtomicReference<@Nullable Outcome> interruption = new AtomicReference<>();

  private @Nullable Thread thread;

  public Attempt(WorkerId worker, ClaimedJob job) {
    this.worker = worker;
    this.job = job;
  }

  public WorkerId worker() {
    return worker;
  }

  public ClaimedJob job() {
    return job;
  }

  public long startedAt() {
    return startedAt;
  }

  /** How long until its time is up; negative after that. */
  public Duration timeLeft() {
    return job.timeout().minusNanos(System.nanoTime() - startedAt);
  }

  /** Starts the handler's part, on its thread; false if the attempt was interrupted before. */
  public synchronized boolean begin() {
    thread = Thread.currentThread();
    return interruption.get() == null;
  }

  /** Ends the handler's part: the thread is no longer interrupted on the attempt's behalf. */
  public synchronized void end() {
    thread = null;
    var unused = Thread.interrupted();
  }

  /** Interrupts the handler; if that ends it, the attempt ends with {@code outcome}. */
  public synchronized void interrupt(Outcome outcome) {
    interruption.compareAndSet(null, outcome);
    var running = thread;
    if (running != null) {
      running.interrupt();
    }
  }

  public void timeOut() {
    interrupt(
        new Outcome.Retry(
            new JobFailure("timeout", "the attempt took longer than " + job.timeout()), null));
  }

  /** What the interruption asks for, or null if there was none. */
  public @Nullable Outcome interruption() {
    return interruption.get();
  }
}
