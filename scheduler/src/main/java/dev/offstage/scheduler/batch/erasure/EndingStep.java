package dev.offstage.scheduler.batch.erasure;

import dev.offstage.scheduler.batch.person.Person;
import dev.offstage.scheduler.batch.step.BatchSteps;
import dev.offstage.scheduler.batch.step.RunParameters;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.springframework.batch.core.scope.context.ChunkContext;
import org.springframework.batch.core.step.StepContribution;
import org.springframework.batch.core.step.StepExecution;
import org.springframework.batch.core.step.tasklet.Tasklet;
import org.springframework.batch.infrastructure.repeat.RepeatStatus;

/** Cancels what is at work for the person, and waits until it has ended. */
final class EndingStep implements Tasklet {
  private static final String SINCE = "ending.since";
  private static final Duration REST = Duration.ofMillis(500);

  private final BatchSteps steps;
  private final LiveJobs jobs;
  private final InstantSource clock;

  EndingStep(BatchSteps steps, LiveJobs jobs, InstantSource clock) {
    this.steps = steps;
    this.jobs = jobs;
    this.clock = clock;
  }

  @Override
  public RepeatStatus execute(StepContribution contribution, ChunkContext chunk) {
    var step = contribution.getStepExecution();
    var person = Person.of(step);
    int cancelled = jobs.cancel(person);
    if (cancelled > 0) {
      steps.record().add(step, "jobsCancelled", cancelled);
      return RepeatStatus.CONTINUABLE;
    }
    long live = jobs.count(person);
    if (live == 0) {
      return RepeatStatus.FINISHED;
    }
    failIfTooLong(step, live);
    steps.rest(step, REST);
    return RepeatStatus.CONTINUABLE;
  }

  /** Counted anew by each execution: whoever restarts it wants it waited for again. */
  private void failIfTooLong(StepExecution step, long live) {
    var context = step.getExecutionContext();
    var key = SINCE + step.getId();
    var now = clock.instant();
    if (!context.containsKey(key)) {
      context.putString(key, now.toString());
    }
    var patience = RunParameters.of(step).duration("patience");
    if (Instant.parse(context.getString(key)).plus(patience).isBefore(now)) {
      throw new IllegalStateException(
          "%d jobs were cancelled and have not ended within %s (expected: none). Restart it when they have."
              .formatted(live, patience));
    }
  }
}
