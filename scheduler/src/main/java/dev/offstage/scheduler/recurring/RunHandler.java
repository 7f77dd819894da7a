package dev.offstage.scheduler.recurring;

import dev.offstage.scheduler.batch.BatchFilter;
import dev.offstage.scheduler.batch.BatchRefusedException;
import dev.offstage.scheduler.batch.BatchRun;
import dev.offstage.scheduler.batch.BatchState;
import dev.offstage.scheduler.batch.Batches;
import dev.offstage.scheduler.schedule.RunLauncher;
import dev.offstage.scheduler.schedule.ScheduleRun;
import dev.offstage.scheduler.schedule.ScheduleRuns;
import dev.offstage.store.Db;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jobrunr.JobRunrException;
import org.jobrunr.jobs.context.JobContext;
import org.jobrunr.jobs.lambdas.JobRequestHandler;
import org.jobrunr.server.runner.ThreadLocalJobContext;
import org.jspecify.annotations.Nullable;

/**
 * Launches a run and stays with it until its batch has ended, showing how far it is. May come
 * again, after its node has died or its batch has failed: a run that goes on is watched on, one
 * that failed goes on from its last chunk. Public, as JobRunr calls it.
 */
public final class RunHandler implements JobRequestHandler<RunRequest> {
  private static final Duration LOOK = Duration.ofMillis(500);

  private final RunLauncher launcher;
  private final ScheduleRuns runs;
  private final Batches batches;
  private final Db db;

  /** Never counted down: waits on it end with their time, or when JobRunr interrupts. */
  private final CountDownLatch never = new CountDownLatch(1);

  RunHandler(RunLauncher launcher, ScheduleRuns runs, Batches batches, Db db) {
    this.launcher = launcher;
    this.runs = runs;
    this.batches = batches;
    this.db = db;
  }

  @Override
  public void run(RunRequest request) throws InterruptedException {
    var context = ThreadLocalJobContext.getJobContext();
    var run = launcher.launch(request.run());
    if (run.state() == ScheduleRun.State.REFUSED) {
      throw new JobRunrException(String.valueOf(run.detail()), true);
    }
    if (run.job() != null) {
      context.logger().info("Enqueued the job " + run.job());
    } else if (run.execution() != null) {
      watch(run, run.execution(), context);
    }
  }

  private void watch(ScheduleRun run, long first, JobContext context) throws InterruptedException {
    var display = new Display(context);
    long execution = first;
    while (true) {
      var batch = find(execution);
      display.show(batch);
      switch (batch.state()) {
        case WAITING, RUNNING, STOPPING -> {
          if (never.await(LOOK.toMillis(), TimeUnit.MILLISECONDS)) {
            return;
          }
        }
        case COMPLETED -> {
          runs.end(run.id(), ScheduleRun.State.COMPLETED, Display.summary(batch));
          return;
        }
        case STOPPED, ABANDONED, FAILED -> {
          var next = goesOnAs(run, batch, context);
          if (next == null) {
            runs.end(run.id(), ScheduleRun.State.STOPPED, "an operator has " + word(batch) + " it");
            return;
          }
          execution = next;
        }
      }
    }
  }

  private static String word(BatchRun batch) {
    return batch.state() == BatchState.STOPPED ? "stopped" : "abandoned";
  }

  private BatchRun find(long execution) {
    return batches
        .find(execution)
        .orElseThrow(() -> new IllegalStateException("There is no execution " + execution));
  }

  /**
   * The execution that goes on from one that ended badly: whoever else restarted it, or else this,
   * once JobRunr has been told of the failure and has waited.
   *
   * @return null if nobody wants it to go on
   */
  private @Nullable Long goesOnAs(ScheduleRun run, BatchRun ended, JobContext context) {
    var other = successor(ended);
    if (other.isPresent()) {
      runs.execution(run.id(), other.get());
      return other.get();
    }
    if (ended.state() != BatchState.FAILED) {
      return null;
    }
    var told = runs.find(run.id()).map(ScheduleRun::told).orElse(null);
    if (told == null || told != ended.execution()) {
      throw failure(run, ended, context);
    }
    try {
      return db.transactions()
          .execute(
              status -> {
                long next = batches.restart(ended.execution(), run.startedBy());
                runs.execution(run.id(), next);
                return next;
              });
    } catch (BatchRefusedException e) {
      // Somebody was faster, or it cannot go on.
      return successor(ended)
          .orElseThrow(() -> new IllegalStateException(String.valueOf(e.getMessage()), e));
    }
  }

  private IllegalStateException failure(ScheduleRun run, BatchRun ended, JobContext context) {
    runs.told(run.id(), ended.execution());
    var why = "Execution %d has failed: %s".formatted(ended.execution(), Display.cause(ended));
    if (context.currentRetry() >= run.definition().retries()) {
      runs.end(run.id(), ScheduleRun.State.FAILED, why);
    }
    return new IllegalStateException(why);
  }

  private Optional<Long> successor(BatchRun ended) {
    return batches.list(BatchFilter.of(ended.batch()), null, 200).stream()
        .filter(each -> each.restartOf() != null && each.restartOf() == ended.execution())
        .map(BatchRun::execution)
        .findFirst();
  }
}
