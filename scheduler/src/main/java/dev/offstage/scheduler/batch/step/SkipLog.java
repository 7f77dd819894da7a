package dev.offstage.scheduler.batch.step;

import org.springframework.batch.core.listener.SkipListener;
import org.springframework.batch.core.scope.context.StepSynchronizationManager;
import org.springframework.batch.core.step.StepExecution;

/** Writes what was left out where operators read it, in the chunk's transaction. */
final class SkipLog implements SkipListener<Object, Object> {
  private final StepRecord record;

  SkipLog(StepRecord record) {
    this.record = record;
  }

  @Override
  public void onSkipInProcess(Object item, Throwable cause) {
    var which = cause instanceof SkippedItemException skipped ? skipped.item() : item.toString();
    var message = cause.getMessage();
    record.skipped(step(), which, message == null ? cause.toString() : message);
  }

  private static StepExecution step() {
    var context = StepSynchronizationManager.getContext();
    if (context == null) {
      throw new IllegalStateException("No step runs on this thread");
    }
    return context.getStepExecution();
  }
}
