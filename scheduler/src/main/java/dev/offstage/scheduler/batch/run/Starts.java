package dev.offstage.scheduler.batch.run;

import dev.offstage.scheduler.batch.Batch;
import dev.offstage.scheduler.batch.BatchRefusedException;
import dev.offstage.scheduler.batch.StartMode;
import dev.offstage.scheduler.batch.run.RunStore.Draft;
import dev.offstage.scheduler.batch.run.RunStore.Latest;
import dev.offstage.scheduler.batch.run.RunStore.Left;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.batch.core.BatchStatus;
import org.springframework.batch.core.step.StepExecution;

/**
 * Who may begin, go on, stop and be abandoned. Every verb takes part in its caller's transaction.
 */
final class Starts {
  private final RunStore runs;
  private final Executions executions;

  Starts(RunStore runs, Executions executions) {
    this.runs = runs;
    this.executions = executions;
  }

  /**
   * Starts a batch.
   *
   * @param parameters checked
   */
  long start(Batch batch, Map<String, String> parameters, StartMode mode, String startedBy) {
    runs.lockSame(batch.name(), parameters);
    var latest = runs.latest(batch.name(), parameters).orElse(null);
    if (latest == null) {
      return begin(batch, parameters, 1, startedBy, null);
    }
    if (latest.live()) {
      throw new BatchRefusedException(
          null,
          "The execution %d of %s with these parameters has not ended (expected: to wait for it, or to stop it)"
              .formatted(latest.execution(), batch.name()));
    }
    if (mode == StartMode.AGAIN || latest.status().equals(BatchStatus.ABANDONED.name())) {
      return begin(batch, parameters, latest.run() + 1, startedBy, null);
    }
    if (latest.status().equals(BatchStatus.COMPLETED.name())) {
      throw new BatchRefusedException(
          null,
          "%s has completed with these parameters, as the execution %d (expected: to say that it is to run again)"
              .formatted(batch.name(), latest.execution()));
    }
    return restart(latest.execution(), startedBy);
  }

  /** A day of a range, from its beginning; empty if it runs just now. */
  Optional<Long> startDay(
      Batch batch, Map<String, String> parameters, String startedBy, long range) {
    runs.lockSame(batch.name(), parameters);
    var latest = runs.latest(batch.name(), parameters);
    if (latest.filter(Latest::live).isPresent()) {
      return Optional.empty();
    }
    int run = latest.map(Latest::run).orElse(0) + 1;
    return Optional.of(begin(batch, parameters, run, startedBy, range));
  }

  private long begin(
      Batch batch,
      Map<String, String> parameters,
      int run,
      String startedBy,
      @Nullable Long range) {
    return executions.begin(new Draft(batch.name(), parameters, run, startedBy, null, 0, range));
  }

  long restart(long execution, String startedBy) {
    var row = lock(execution);
    runs.lockSame(row.batch(), row.parameters());
    var latest = runs.latest(row.batch(), row.parameters()).orElseThrow().execution();
    if (latest != execution) {
      throw new BatchRefusedException(
          "execution",
          "%d is not the latest with its parameters (expected: %d)".formatted(execution, latest));
    }
    endedBadly(row, "restarted");
    return executions.goOn(row.next(startedBy, 0));
  }

  void abandon(long execution) {
    endedBadly(lock(execution), "abandoned");
    executions.abandon(execution);
  }

  private Left lock(long execution) {
    return runs.lock(execution)
        .orElseThrow(
            () -> new BatchRefusedException("execution", "there is no execution " + execution));
  }

  private void endedBadly(Left row, String verb) {
    var execution = executions.get(row.execution());
    var status = execution.getStatus();
    if (row.live() || status == BatchStatus.COMPLETED || status == BatchStatus.ABANDONED) {
      throw new BatchRefusedException(
          "execution",
          "%d is %s (expected: one that failed or was stopped, to be %s)"
              .formatted(row.execution(), row.live() ? "still to end" : status, verb));
    }
    // An end that could not be written leaves an unknown outcome, which Spring Batch keeps for
    // ever.
    boolean unclear =
        status == BatchStatus.UNKNOWN
            || execution.getStepExecutions().stream()
                .map(StepExecution::getStatus)
                .anyMatch(step -> step == BatchStatus.UNKNOWN || step.isRunning());
    if (unclear) {
      executions.recover(execution, "Its outcome could not be written.");
    }
  }

  void stop(long execution) {
    lock(execution);
    var waiting = runs.askToStop(execution);
    if (waiting.isEmpty()) {
      throw new BatchRefusedException("execution", execution + " has ended");
    }
    if (waiting.get()) {
      executions.stopped(executions.get(execution), "Stopped before it began.");
    }
  }
}
