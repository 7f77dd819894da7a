package dev.offstage.worker.execute;

import dev.offstage.job.JobFailure;
import dev.offstage.job.Outcome;
import dev.offstage.store.Settlement;
import dev.offstage.store.WorkerId;
import dev.offstage.worker.attempt.Attempt;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes one claimed job from its claim to its settle. */
final class JobRunner {
  private static final Logger log = LoggerFactory.getLogger(JobRunner.class);

  /**
   * How long a suspect waits for the one that runs; spread, so that several do not come at once.
   */
  private static final Duration SUSPECT_WAITS = Duration.ofSeconds(2);

  private static final int SUSPECT_CRASHES = 2;

  private final Performer performer;
  private final Running running;
  private final Settlements settlements;
  private final Settler settler;

  /**
   * Jobs whose claims ended with their workers' deaths twice are suspected of being the cause. One
   * runs at a time, so that the next death tells which. After a first death all that ran are in
   * question, and few of them guilty: to run those one by one would punish the innocent.
   */
  private final Semaphore suspect = new Semaphore(1);

  JobRunner(Performer performer, Running running, Settlements settlements, Settler settler) {
    this.performer = performer;
    this.running = running;
    this.settlements = settlements;
    this.settler = settler;
  }

  /**
   * What a job takes up here.
   *
   * @param handled to be run once its handler has ended
   * @param settled to be run once its settlement is committed
   */
  record Slot(Runnable handled, Runnable settled) {}

  /** Runs a job on {@code threads}. */
  void run(Claimer.Won won, Executor threads, Slot slot) {
    var attempt = new Attempt(won.worker(), won.job());
    running.add(attempt);
    if (won.job().crashes() < SUSPECT_CRASHES) {
      start(attempt, threads, slot);
    } else if (suspect.tryAcquire()) {
      start(
          attempt,
          threads,
          new Slot(
              slot.handled,
              () -> {
                suspect.release();
                slot.settled.run();
              }));
    } else {
      slot.handled.run();
      settle(attempt, new Outcome.Snooze(SUSPECT_WAITS), slot.settled);
    }
  }

  private void start(Attempt attempt, Executor threads, Slot slot) {
    threads.execute(
        () -> {
          var outcome = performer.perform(attempt);
          slot.handled.run();
          settle(attempt, outcome, slot.settled);
        });
  }

  /** Whatever goes wrong, the attempt is settled and what it held comes free. */
  private void settle(Attempt attempt, Outcome outcome, Runnable done) {
    settle(attempt.worker(), settlements.of(attempt.job(), outcome))
        .whenComplete(
            (stands, failure) -> {
              if (failure == null) {
                settled(attempt, stands, done);
              } else {
                settleAgain(attempt, failure, done);
              }
            });
  }

  private CompletableFuture<Boolean> settle(WorkerId worker, Settlement settlement) {
    try {
      return settler.settle(worker, settlement);
    } catch (RejectedExecutionException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  /** PostgreSQL refuses what the handler made (a result that jsonb cannot hold, say). */
  private void settleAgain(Attempt attempt, Throwable failure, Runnable done) {
    var job = attempt.job();
    log.error("Job {} could not be settled", job.id(), failure);
    var refused = new JobFailure("result-refused", "PostgreSQL could not store the result");
    settle(attempt.worker(), settlements.of(job, new Outcome.Retry(refused, null)))
        .whenComplete(
            (stands, again) -> {
              if (again != null) {
                log.error("Job {} is left to the lease", job.id(), again);
              }
              settled(attempt, again == null ? stands : Boolean.TRUE, done);
            });
  }

  private void settled(Attempt attempt, boolean stands, Runnable done) {
    if (!stands) {
      log.warn(
          "Job {} was no longer this attempt's when it ended; its outcome is void",
          attempt.job().id());
    }
    running.remove(attempt);
    done.run();
  }
}
