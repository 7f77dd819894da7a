package dev.offstage.scheduler.batch.backfill;

import dev.offstage.client.JobClient;
import dev.offstage.scheduler.batch.Batch;
import dev.offstage.scheduler.batch.BatchParameter;
import dev.offstage.scheduler.batch.ParameterType;
import dev.offstage.scheduler.batch.step.BatchSteps;
import dev.offstage.scheduler.batch.step.RunParameters;
import java.util.List;
import org.springframework.batch.core.step.Step;
import org.springframework.batch.core.step.StepExecution;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Enqueues, paced, and then waits for what it has enqueued. */
@Configuration(proxyBeanMethods = false)
class BackfillBatch {
  private static final String NAME = "backfill";
  private static final int ASSETS_A_CHUNK = 100;

  private static final List<BatchParameter> PARAMETERS =
      List.of(
          BatchParameter.required("tenant", ParameterType.TENANT, "whose assets"),
          BatchParameter.optional(
              "preset",
              ParameterType.TEXT,
              "the variant to make, for assets that lack it; without it, all formats of all"
                  + " presets"),
          BatchParameter.choice("format", "of that variant", "webp", "jpeg", "avif", "png"),
          BatchParameter.optional(
              "mediaType", ParameterType.TEXT, "image/", "the beginning of the assets' media type"),
          BatchParameter.optional(
              "from", ParameterType.DATE, "the first day, in UTC, on which assets were created"),
          BatchParameter.optional("to", ParameterType.DATE, "the last such day"),
          BatchParameter.optional(
              "kind",
              ParameterType.TEXT,
              "media.image",
              "the jobs' kind; the payload has the member asset"),
          BatchParameter.choice("priority", "of the jobs", "bulk", "low", "normal"),
          BatchParameter.optional(
              "perSecond",
              ParameterType.WHOLE_NUMBER,
              "50",
              "how many jobs are enqueued in a second at most; 0 for as many as can be"));

  @Bean
  Batch backfill(BatchSteps steps, JobClient jobs) {
    return new Batch(
        NAME,
        "Enqueues a job for each asset that matches, and ends when these have ended.",
        PARAMETERS,
        steps.job(NAME, enqueue(steps, jobs), steps.tasklet("wait", new BackfillWait(steps))));
  }

  private static Step enqueue(BatchSteps steps, JobClient jobs) {
    return steps
        .<BackfillAsset, BackfillAsset>chunks(
            "enqueue",
            ASSETS_A_CHUNK,
            step -> assets(steps, step),
            step -> new BackfillJobs(steps, step, jobs))
        .build();
  }

  private static BackfillAssets assets(BatchSteps steps, StepExecution step) {
    var assets = new BackfillAssets(steps.db().jdbc(), BackfillFilter.of(RunParameters.of(step)));
    if (!step.getExecutionContext().containsKey("counted")) {
      steps.record().total(step, assets.count());
      step.getExecutionContext().putString("counted", "yes");
    }
    return assets;
  }
}
