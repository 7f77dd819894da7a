package dev.offstage.scheduler.batch.rollup;

import dev.offstage.job.JobKind;
import dev.offstage.rollup.RollupSpan;
import dev.offstage.rollup.Rollups;
import dev.offstage.scheduler.batch.Batch;
import dev.offstage.scheduler.batch.BatchParameter;
import dev.offstage.scheduler.batch.ParameterType;
import dev.offstage.scheduler.batch.step.BatchSteps;
import java.util.List;
import org.springframework.batch.core.step.Step;
import org.springframework.batch.core.step.StepExecution;
import org.springframework.batch.infrastructure.item.ItemWriter;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Rolls up whole days, in parts that run at the same time. A chunk is one span: two would hold
 * locks of persons that the same tenant's other days want, too. What an hour comes to depends on
 * its events alone: running it again, or half of it again, gives the same.
 */
@Configuration(proxyBeanMethods = false)
class RollupBatch {
  private static final String NAME = "rollup";
  private static final JobKind ON_WORKERS = new JobKind("batch.rollup");

  private static final List<BatchParameter> PARAMETERS =
      List.of(
          BatchParameter.optional("from", ParameterType.DATE, "yesterday", "the first day, in UTC"),
          BatchParameter.optional("to", ParameterType.DATE, "yesterday", "the last day, in UTC"),
          BatchParameter.optional(
              "tenant", ParameterType.TENANT, "the only tenant; without it, all of them"));

  @Bean
  Batch rollup(BatchSteps steps) {
    return new Batch(
        NAME,
        "Counts the day and hour roll-ups of events anew, late events included.",
        PARAMETERS,
        steps.job(
            NAME,
            steps.partitioned(
                NAME, part(steps), RollupPart::all, ON_WORKERS, RollupPart::payload)));
  }

  private static Step part(BatchSteps steps) {
    return steps
        .<RollupSpan, RollupSpan>chunks(
            NAME + "-part", 1, step -> reader(steps, step), step -> writer(steps, step))
        .build();
  }

  private static RollupReader reader(BatchSteps steps, StepExecution step) {
    var spans = new RollupReader(steps.db(), RollupPart.range(step));
    steps.record().total(step, spans.count());
    return spans;
  }

  private static ItemWriter<RollupSpan> writer(BatchSteps steps, StepExecution step) {
    var rollups = Rollups.over(steps.db());
    return chunk -> {
      for (var span : chunk) {
        var done = rollups.recompute(span);
        steps.record().add(step, "hours", done.hours());
        steps.record().add(step, "events", done.events());
      }
    };
  }
}
