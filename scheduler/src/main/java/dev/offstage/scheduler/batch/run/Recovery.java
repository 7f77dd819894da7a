package dev.offstage.scheduler.batch.run;

import dev.offstage.scheduler.batch.run.RunStore.Left;
import dev.offstage.store.Transience;
import java.util.List;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.batch.core.BatchStatus;
import org.springframework.batch.core.job.JobExecution;
import org.springframework.batch.core.step.StepExecution;
import org.springframework.transaction.support.TransactionOperations;

/** What becomes of an execution once it runs no more: it has ended, or another goes on from it. */
final class Recovery {
  private static final Logger log = LoggerFactory.getLogger(Recovery.class);
  private static final String STARTED_BY = "recovery";

  /** After so many nodes died in a row, no chunk having been committed, the batch is the cause. */
  static final int MAX_RECOVERIES = 3;

  private final TransactionOperations transactions;
  private final RunStore runs;
  private final Executions executions;

  Recovery(TransactionOperations transactions, RunStore runs, Executions executions) {
    this.transactions = transactions;
    this.runs = runs;
    this.executions = executions;
  }

  /**
   * Takes over an execution whose node is gone, or is {@code self}, which runs it no more; does
   * nothing if that is not so.
   */
  void takeOver(long execution, UUID self) {
    transactions.executeWithoutResult(
        status -> runs.lockLeft(execution, self).ifPresent(this::takeOver));
  }

  private void takeOver(Left left) {
    var execution = executions.get(left.execution());
    var status = execution.getStatus();
    boolean ended = execution.getEndTime() != null;
    if (status == BatchStatus.COMPLETED
        || status == BatchStatus.ABANDONED
        || (status == BatchStatus.FAILED && ended)) {
      runs.end(left.execution()); // it died between its end and this
    } else if (status == BatchStatus.STOPPED && ended) {
      stoppedByShutdown(left);
    } else {
      recover(left, execution);
    }
  }

  private void stoppedByShutdown(Left left) {
    if (left.stop()) {
      runs.end(left.execution());
    } else {
      executions.endAndGoOn(left, STARTED_BY, left.recoveries());
    }
  }

  private void recover(Left left, JobExecution execution) {
    int deaths = committedAnything(execution) ? 1 : left.recoveries() + 1;
    executions.recover(execution, "Its node died, or lost PostgreSQL.");
    if (left.stop()) {
      executions.stopped(execution, "Its node died when it was to stop.");
    } else if (deaths > MAX_RECOVERIES) {
      log.error(
          "The execution {} of {} is left failed: {} nodes died in a row",
          left.execution(),
          left.batch(),
          deaths);
      runs.end(left.execution());
    } else {
      long next = executions.endAndGoOn(left, STARTED_BY, deaths);
      log.warn(
          "Recovered the execution {} of {}: {} goes on from it",
          left.execution(),
          left.batch(),
          next);
    }
  }

  private static boolean committedAnything(JobExecution execution) {
    return execution.getStepExecutions().stream()
        .anyMatch(step -> step.getCommitCount() > 0 || step.getStatus() == BatchStatus.COMPLETED);
  }

  /** An execution came to its end on this node, in order: it completed, failed or stopped. */
  void ended(Running.Entry entry, JobExecution execution) {
    transactions.executeWithoutResult(
        status ->
            runs.lockLeft(entry.execution(), entry.node())
                .ifPresent(left -> ended(left, entry, execution)));
  }

  private void ended(Left left, Running.Entry entry, JobExecution execution) {
    boolean shutdown =
        entry.why() == Running.Why.SHUTDOWN && execution.getStatus() == BatchStatus.STOPPED;
    if (shutdown && !left.stop()) {
      executions.endAndGoOn(left, STARTED_BY, left.recoveries());
    } else if (!left.stop()
        && failedForLackOfPostgres(execution)
        && left.recoveries() < MAX_RECOVERIES) {
      int deaths = committedAnything(execution) ? 1 : left.recoveries() + 1;
      executions.endAndGoOn(left, STARTED_BY, deaths);
    } else {
      runs.end(left.execution());
    }
  }

  /** What an operator could not do better than to restart it. */
  private static boolean failedForLackOfPostgres(JobExecution execution) {
    var failures =
        execution.getStepExecutions().stream()
            .map(StepExecution::getFailureExceptions)
            .flatMap(List::stream)
            .toList();
    return execution.getStatus() == BatchStatus.FAILED
        && !failures.isEmpty()
        && failures.stream().anyMatch(Transience::of);
  }
}
