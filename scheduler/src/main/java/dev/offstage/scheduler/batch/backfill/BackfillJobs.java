package dev.offstage.scheduler.batch.backfill;

import dev.offstage.client.JobClient;
import dev.offstage.job.Enqueued;
import dev.offstage.job.JobId;
import dev.offstage.job.JobKind;
import dev.offstage.job.NewJob;
import dev.offstage.job.Priority;
import dev.offstage.scheduler.batch.step.BatchSteps;
import dev.offstage.scheduler.batch.step.RunParameters;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.springframework.batch.core.step.StepExecution;
import org.springframework.batch.infrastructure.item.Chunk;
import org.springframework.batch.infrastructure.item.ItemWriter;
import tools.jackson.databind.json.JsonMapper;

/**
 * Enqueues a job for each asset, and remembers it. Both are the chunk's commit, as is the reader's
 * place: so no restart enqueues one twice, and none is left out.
 */
final class BackfillJobs implements ItemWriter<BackfillAsset> {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final BatchSteps steps;
  private final StepExecution step;
  private final JobClient jobs;
  private final RunParameters parameters;

  BackfillJobs(BatchSteps steps, StepExecution step, JobClient jobs) {
    this.steps = steps;
    this.step = step;
    this.jobs = jobs;
    this.parameters = RunParameters.of(step);
  }

  /** By which people find the jobs of a run. */
  static String tag(long instance) {
    return "backfill:" + instance;
  }

  @Override
  public void write(Chunk<? extends BackfillAsset> chunk) {
    var drafts = new ArrayList<NewJob>();
    chunk.forEach(asset -> drafts.add(draft(asset)));
    remember(jobs.offerAll(drafts));
    steps.record().add(step, "enqueued", chunk.size());
    long perSecond = parameters.number("perSecond");
    if (perSecond > 0) {
      steps.rest(step, Duration.ofMillis(1000L * chunk.size() / perSecond));
    }
  }

  private NewJob draft(BackfillAsset asset) {
    return NewJob.builder(
            parameters.text("tenant"), new JobKind(parameters.text("kind")), payload(asset))
        .owner(asset.owner())
        .priority(Priority.of(parameters.text("priority")))
        .tags(List.of(tag(instance())))
        .build();
  }

  private String payload(BackfillAsset asset) {
    var payload = new TreeMap<String, Object>(Map.of("asset", asset.id().toString()));
    parameters
        .optional("preset")
        .map(preset -> Map.of("preset", preset, "format", parameters.text("format")))
        .ifPresent(variant -> payload.put("variants", List.of(variant)));
    return JSON.writeValueAsString(payload);
  }

  private void remember(List<Enqueued> enqueued) {
    var ids = new ArrayList<String>();
    for (var each : enqueued) {
      if (!(each instanceof Enqueued.Accepted(JobId id, var state))) {
        throw new IllegalStateException("A job without keys was not accepted: " + each);
      }
      ids.add(id.toString());
    }
    steps
        .db()
        .jdbc()
        .sql("insert into batch_job (instance, job) select :instance, unnest(:ids::uuid[])")
        .param("instance", instance())
        .param("ids", ids.toArray(String[]::new))
        .update();
  }

  private long instance() {
    return step.getJobExecution().getJobInstance().getInstanceId();
  }
}
