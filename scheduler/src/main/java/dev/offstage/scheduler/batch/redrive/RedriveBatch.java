package dev.offstage.scheduler.batch.redrive;

import dev.offstage.job.JobId;
import dev.offstage.job.JobState;
import dev.offstage.scheduler.batch.Batch;
import dev.offstage.scheduler.batch.BatchParameter;
import dev.offstage.scheduler.batch.ParameterType;
import dev.offstage.scheduler.batch.step.BatchSteps;
import dev.offstage.scheduler.batch.step.RunParameters;
import dev.offstage.store.JobFilter;
import dev.offstage.store.JobSearch;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.batch.core.step.Step;
import org.springframework.batch.core.step.StepExecution;
import org.springframework.batch.infrastructure.item.ItemWriter;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Goes through the jobs that a filter means. That they go back is the chunk's commit, as is the
 * reader's place: none goes back twice, and none is left out.
 */
@Configuration(proxyBeanMethods = false)
class RedriveBatch {
  private static final String NAME = "redrive";
  private static final int JOBS_A_CHUNK = 100;

  private static final List<BatchParameter> PARAMETERS =
      List.of(
          BatchParameter.required("tenant", ParameterType.TENANT, "whose jobs"),
          BatchParameter.optional(
              "dryRun", ParameterType.YES_NO, "true", "whether they are only counted"),
          BatchParameter.choice("state", "of the jobs", "discarded", "cancelled"),
          BatchParameter.optional(
              "kind", ParameterType.TEXT, "a kind, or the beginning of kinds with * behind it"),
          BatchParameter.optional("pool", ParameterType.TEXT, "of the jobs"),
          BatchParameter.optional("tag", ParameterType.TEXT, "of the jobs"),
          BatchParameter.optional("owner", ParameterType.TEXT, "whose jobs, of the tenant's users"),
          BatchParameter.optional(
              "error", ParameterType.TEXT, "the reason of their latest failure"),
          BatchParameter.optional("words", ParameterType.TEXT, "in the error's message"),
          BatchParameter.optional("createdFrom", ParameterType.INSTANT, "created then or later"),
          BatchParameter.optional("createdTo", ParameterType.INSTANT, "created before"),
          BatchParameter.optional(
              "perSecond",
              ParameterType.WHOLE_NUMBER,
              "50",
              "how many fall due in a second; 0 for all at once"));

  @Bean
  Batch redrive(BatchSteps steps, JobSearch search, Redriver redriver) {
    return new Batch(
        NAME,
        "Lets jobs that failed or were cancelled start anew; counts them only, unless told.",
        PARAMETERS,
        steps.job(NAME, step(steps, search, redriver)));
  }

  private static Step step(BatchSteps steps, JobSearch search, Redriver redriver) {
    return steps
        .<JobId, JobId>chunks(
            "jobs",
            JOBS_A_CHUNK,
            step -> new RedriveJobs(search, filter(RunParameters.of(step))),
            step -> writer(steps, step, redriver))
        .build();
  }

  private static JobFilter filter(RunParameters parameters) {
    return new JobFilter(
        parameters.text("tenant"),
        text(parameters, "owner"),
        Set.of(JobState.of(parameters.text("state"))),
        text(parameters, "kind"),
        text(parameters, "pool"),
        text(parameters, "tag"),
        null,
        text(parameters, "error"),
        text(parameters, "words"),
        parameters.optional("createdFrom").map(Instant::parse).orElse(null),
        parameters.optional("createdTo").map(Instant::parse).orElse(null));
  }

  private static @Nullable String text(RunParameters parameters, String name) {
    return parameters.optional(name).orElse(null);
  }

  private static ItemWriter<JobId> writer(BatchSteps steps, StepExecution step, Redriver redriver) {
    var parameters = RunParameters.of(step);
    if (parameters.yes("dryRun")) {
      return chunk -> steps.record().add(step, "matched", chunk.size());
    }
    var tenant = parameters.text("tenant");
    long perSecond = parameters.number("perSecond");
    return chunk -> {
      var spacing = perSecond == 0 ? Duration.ZERO : Duration.ofSeconds(1).dividedBy(perSecond);
      var redriven = redriver.redrive(new ArrayList<>(chunk.getItems()), tenant, spacing);
      steps.record().add(step, "matched", chunk.size());
      steps.record().add(step, "redriven", redriven.redriven().size());
      steps.record().add(step, "refused", redriven.refused().size());
      redriven.refused().forEach((job, why) -> steps.record().skipped(step, job.toString(), why));
      steps.rest(step, spacing.multipliedBy(chunk.size()));
    };
  }
}
