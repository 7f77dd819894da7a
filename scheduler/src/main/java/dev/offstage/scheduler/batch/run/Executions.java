package dev.offstage.scheduler.batch.run;

import dev.offstage.scheduler.batch.run.RunStore.Draft;
import dev.offstage.scheduler.batch.run.RunStore.Left;
import java.util.Map;
import org.springframework.batch.core.BatchStatus;
import org.springframework.batch.core.ExitStatus;
import org.springframework.batch.core.job.JobExecution;
import org.springframework.batch.core.job.parameters.JobParameters;
import org.springframework.batch.core.job.parameters.JobParametersBuilder;
import org.springframework.batch.core.launch.JobExecutionAlreadyRunningException;
import org.springframework.batch.core.launch.JobOperator;
import org.springframework.batch.core.repository.JobRepository;
import org.springframework.batch.infrastructure.item.ExecutionContext;

/**
 * An execution's rows, Spring Batch's and Offstage's, written together. Every verb takes part in
 * its caller's transaction, and may only be used for what runs nowhere.
 */
final class Executions {
  /** Tells the runs for the same parameters apart: it is part of a job instance's identity. */
  private static final String RUN = "offstage.run";

  private static final String RECOVERED = "batch.recovered";

  private final JobRepository repository;
  private final JobOperator operator;
  private final RunStore runs;

  Executions(JobRepository repository, JobOperator operator, RunStore runs) {
    this.repository = repository;
    this.operator = operator;
    this.runs = runs;
  }

  /** Makes the first execution of a run. */
  long begin(Draft draft) {
    var parameters = parameters(draft.parameters(), draft.run());
    var instance = repository.createJobInstance(draft.batch(), parameters);
    var execution = repository.createJobExecution(instance, parameters, new ExecutionContext());
    runs.insert(execution.getId(), instance.getInstanceId(), draft);
    return execution.getId();
  }

  private static JobParameters parameters(Map<String, String> values, int run) {
    var builder = new JobParametersBuilder().addLong(RUN, (long) run);
    values.forEach(builder::addString);
    return builder.toJobParameters();
  }

  /** Makes the execution that goes on from {@code draft.restartOf()}, which has ended. */
  long goOn(Draft draft) {
    var before = get(draft.restartOf() == null ? 0 : draft.restartOf());
    var context = new ExecutionContext(before.getExecutionContext());
    context.remove(RECOVERED);
    var execution =
        repository.createJobExecution(before.getJobInstance(), before.getJobParameters(), context);
    runs.insert(execution.getId(), before.getJobInstance().getInstanceId(), draft);
    return execution.getId();
  }

  JobExecution get(long execution) {
    var found = repository.getJobExecution(execution);
    if (found == null) {
      throw new IllegalStateException("Spring Batch does not know the execution " + execution);
    }
    return found;
  }

  /**
   * Lets Spring Batch take an execution that ran nowhere any more for failed, so that another can
   * go on from its last chunk.
   */
  void recover(JobExecution execution, String why) {
    // Spring Batch does not go on from an unknown outcome, which is what a step is left with whose
    // end could not be written. Here it is known: every chunk's commit holds the step's place.
    for (var step : execution.getStepExecutions()) {
      if (step.getStatus() == BatchStatus.UNKNOWN) {
        step.setStatus(BatchStatus.STARTED);
      }
    }
    if (execution.getStatus() == BatchStatus.UNKNOWN) {
      execution.setStatus(BatchStatus.STARTED);
    }
    execution.getExecutionContext().remove(RECOVERED);
    execution.setExitStatus(ExitStatus.FAILED.addExitDescription(why));
    operator.recover(execution);
  }

  /** Ends one that never ran, or that was recovered while somebody wanted it stopped. */
  void stopped(JobExecution execution, String why) {
    execution.setStatus(BatchStatus.STOPPED);
    execution.setExitStatus(ExitStatus.STOPPED.addExitDescription(why));
    repository.update(execution);
    runs.end(execution.getId());
  }

  /** Ends one, and makes the one that goes on from it. */
  long endAndGoOn(Left left, String startedBy, int recoveries) {
    runs.end(left.execution());
    return goOn(left.next(startedBy, recoveries));
  }

  void abandon(long execution) {
    try {
      operator.abandon(get(execution));
    } catch (JobExecutionAlreadyRunningException e) {
      throw new IllegalStateException("The execution " + execution + " runs after all", e);
    }
  }
}
