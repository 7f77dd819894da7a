package dev.offstage.scheduler.batch.step;

import java.time.Duration;
import java.util.Collections;
import java.util.Map;
import java.util.WeakHashMap;
import org.springframework.batch.core.job.JobInterruptedException;
import org.springframework.batch.core.step.StepExecution;
import org.springframework.batch.core.step.StepInterruptionPolicy;

/**
 * What is done between two chunks: the step rests if it wants to, and ends if it is to.
 *
 * <p>Spring's own policy lets a chunk-oriented step whose thread was interrupted end as completed:
 * it leaves the loop, but only {@code terminateOnly} is looked at after it.
 */
final class Interruption implements StepInterruptionPolicy {
  private final Ownership ownership;
  private final Map<StepExecution, Duration> rests =
      Collections.synchronizedMap(new WeakHashMap<>());

  Interruption(Ownership ownership) {
    this.ownership = ownership;
  }

  void rest(StepExecution step, Duration rest) {
    rests.put(step, rest);
  }

  @Override
  public void checkInterrupted(StepExecution step) throws JobInterruptedException {
    if (isToEnd(step) || interruptedResting(step) || isToEnd(step)) {
      step.setTerminateOnly();
      throw new JobInterruptedException("The step was told to stop.");
    }
  }

  private boolean isToEnd(StepExecution step) {
    return Thread.currentThread().isInterrupted()
        || step.isTerminateOnly()
        || ownership.isEnding(step.getJobExecutionId());
  }

  private boolean interruptedResting(StepExecution step) {
    var rest = rests.remove(step);
    if (rest != null && rest.isPositive()) {
      try {
        ownership.rest(step.getJobExecutionId(), rest);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return true;
      }
    }
    return false;
  }
}
