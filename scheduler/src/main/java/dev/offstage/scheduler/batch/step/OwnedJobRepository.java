package dev.offstage.scheduler.batch.step;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.batch.core.BatchStatus;
import org.springframework.batch.core.ExitStatus;
import org.springframework.batch.core.job.JobExecution;
import org.springframework.batch.core.job.JobInstance;
import org.springframework.batch.core.job.parameters.JobParameters;
import org.springframework.batch.core.repository.dao.ExecutionContextDao;
import org.springframework.batch.core.repository.dao.JobExecutionDao;
import org.springframework.batch.core.repository.dao.JobInstanceDao;
import org.springframework.batch.core.repository.dao.StepExecutionDao;
import org.springframework.batch.core.repository.support.SimpleJobRepository;
import org.springframework.batch.core.step.StepExecution;
import org.springframework.batch.infrastructure.item.ExecutionContext;
import org.springframework.transaction.support.TransactionOperations;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Writes for executions that this node owns, and only while it does: each write holds the execution
 * until its transaction has ended, which for a chunk is the chunk's.
 *
 * <p>Besides, it mends how Spring Batch 6.0 keeps a step's place. A chunk-oriented step brings its
 * context up to date before its chunk commits, and saves it once more when the step has failed: a
 * chunk whose commit failed would be taken for done. And a restarted step's context is saved with
 * its first chunk only: a death before that would let the next restart begin at the beginning.
 */
public final class OwnedJobRepository extends SimpleJobRepository {
  private final Ownership ownership;
  private final TransactionOperations transactions;
  private final StepRecord record;

  OwnedJobRepository(
      Daos daos, Ownership ownership, TransactionOperations transactions, StepRecord record) {
    super(daos.instances(), daos.executions(), daos.steps(), daos.contexts());
    this.ownership = ownership;
    this.transactions = transactions;
    this.record = record;
  }

  /** Where Spring Batch's tables are read and written. */
  record Daos(
      JobInstanceDao instances,
      JobExecutionDao executions,
      StepExecutionDao steps,
      ExecutionContextDao contexts) {}

  @Override
  public JobInstance createJobInstance(String jobName, JobParameters parameters) {
    throw new UnsupportedOperationException("Executions are made by whoever asks for them");
  }

  @Override
  public JobExecution createJobExecution(
      JobInstance instance, JobParameters parameters, ExecutionContext context) {
    throw new UnsupportedOperationException("Executions are made by whoever asks for them");
  }

  @Override
  public StepExecution createStepExecution(String name, JobExecution job) {
    return held(job.getId(), () -> create(name, job));
  }

  private StepExecution create(String name, JobExecution job) {
    var last = getLastStepExecution(job.getJobInstance(), name);
    var step = super.createStepExecution(name, job);
    if (last != null && last.getStatus() != BatchStatus.COMPLETED) {
      step.setExecutionContext(last.getExecutionContext());
      super.updateExecutionContext(step);
    }
    return step;
  }

  @Override
  public void update(StepExecution step) {
    if (step.getEndTime() != null && !step.getFailureExceptions().isEmpty()) {
      step.setExitStatus(
          new ExitStatus(step.getExitStatus().getExitCode(), Failures.describe(step)));
    }
    boolean inChunk = TransactionSynchronizationManager.isActualTransactionActive();
    held(
        step.getJobExecutionId(),
        () -> {
          if (inChunk) {
            record.count(step);
          }
          super.update(step);
          return null;
        });
  }

  @Override
  public void updateExecutionContext(StepExecution step) {
    boolean inChunk = TransactionSynchronizationManager.isActualTransactionActive();
    if (inChunk || !hasFailed(step)) {
      held(
          step.getJobExecutionId(),
          () -> {
            super.updateExecutionContext(step);
            return null;
          });
    }
  }

  private static boolean hasFailed(StepExecution step) {
    return step.getStatus().isUnsuccessful() || !step.getFailureExceptions().isEmpty();
  }

  @Override
  public void update(JobExecution job) {
    held(
        job.getId(),
        () -> {
          super.update(job);
          return null;
        });
  }

  @Override
  public void updateExecutionContext(JobExecution job) {
    held(
        job.getId(),
        () -> {
          super.updateExecutionContext(job);
          return null;
        });
  }

  private <T extends @Nullable Object> T held(long execution, Supplier<T> write) {
    return transactions.execute(
        status -> {
          ownership.hold(execution);
          return write.get();
        });
  }
}
