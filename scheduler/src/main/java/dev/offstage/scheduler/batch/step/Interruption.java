package dev.offstage.scheduler.batch.step;

import org.springframework.batch.core.job.JobInterruptedException;
import org.springframework.batch.core.step.StepExecution;
import org.springframework.batch.core.step.StepInterruptionPolicy;

/**
 * Ends a step at the end of its chunk. Spring's own policy lets a chunk-oriented step whose thread
 * was interrupted end as completed: it leaves the loop, but only {@code terminateOnly} is looked at
 * after it.
 */
public final class Interruption implements StepInterruptionPolicy {
  private final Ownership ownership;

  public Interruption(Ownership ownership) {
    this.ownership = ownership;
  }

  @Override
  public void checkInterrupted(StepExecution step) throws JobInterruptedException {
    if (Thread.currentThread().isInterrupted()
        || step.isTerminateOnly()
        || ownership.isEnding(step.getJobExecutionId())) {
      step.setTerminateOnly();
      throw new JobInterruptedException("The step was told to stop.");
    }
  }
}
