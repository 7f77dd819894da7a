package dev.offstage.scheduler.batch.erasure;

import dev.offstage.event.ErasureStore;
import dev.offstage.scheduler.batch.person.Person;
import dev.offstage.scheduler.batch.step.BatchSteps;
import java.util.UUID;
import org.springframework.batch.core.scope.context.ChunkContext;
import org.springframework.batch.core.step.StepContribution;
import org.springframework.batch.core.step.tasklet.Tasklet;
import org.springframework.batch.infrastructure.repeat.RepeatStatus;

/**
 * Has the person's events forgotten, as ingest's own endpoint does: with the request's commit
 * nothing that they did before is written any more, wherever it waits; then what was written goes.
 * Who does that, this step or the loop that looks for such requests, is all the same.
 */
final class EventsStep implements Tasklet {
  private static final String REQUEST = "events.request";
  private static final String WAITED = "events.waited";

  private final BatchSteps steps;
  private final ErasureStore erasures;

  EventsStep(BatchSteps steps) {
    this.steps = steps;
    this.erasures = ErasureStore.over(steps.db());
  }

  @Override
  public RepeatStatus execute(StepContribution contribution, ChunkContext chunk) {
    var step = contribution.getStepExecution();
    var person = Person.of(step);
    var context = step.getExecutionContext();
    if (!context.containsKey(REQUEST)) {
      context.putString(REQUEST, erasures.request(person.tenant(), person.user()).toString());
      return RepeatStatus.CONTINUABLE;
    }
    if (!context.containsKey(WAITED)) {
      erasures.awaitWriters(); // in a transaction that ends now: writers wait for no more
      context.putString(WAITED, "true");
      return RepeatStatus.CONTINUABLE;
    }
    var request = UUID.fromString(context.getString(REQUEST));
    erasures.eraseWritten(request);
    long events =
        erasures.find(person.tenant(), request).map(ErasureStore.Erasure::events).orElse(0L);
    steps.record().set(step, "events", events);
    return RepeatStatus.FINISHED;
  }
}
