package dev.offstage.scheduler.batch.step;

import org.jspecify.annotations.Nullable;
import org.springframework.batch.core.scope.context.ChunkContext;
import org.springframework.batch.core.step.StepContribution;
import org.springframework.batch.core.step.StepInterruptionPolicy;
import org.springframework.batch.core.step.tasklet.Tasklet;
import org.springframework.batch.infrastructure.repeat.RepeatStatus;

/** Looks before each repetition whether the step is to stop. */
final class StoppableRepeat implements Tasklet {
  private final Tasklet tasklet;
  private final StepInterruptionPolicy interruption;

  StoppableRepeat(Tasklet tasklet, StepInterruptionPolicy interruption) {
    this.tasklet = tasklet;
    this.interruption = interruption;
  }

  @Override
  public @Nullable RepeatStatus execute(StepContribution contribution, ChunkContext context)
      throws Exception {
    interruption.checkInterrupted(contribution.getStepExecution());
    return tasklet.execute(contribution, context);
  }
}
