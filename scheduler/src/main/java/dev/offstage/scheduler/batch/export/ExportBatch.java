package dev.offstage.scheduler.batch.export;

import static dev.offstage.scheduler.batch.BatchParameter.choice;
import static dev.offstage.scheduler.batch.BatchParameter.optional;
import static dev.offstage.scheduler.batch.BatchParameter.required;

import dev.offstage.blob.BlobStore;
import dev.offstage.scheduler.batch.Batch;
import dev.offstage.scheduler.batch.ParameterType;
import dev.offstage.scheduler.batch.artifact.BatchFiles;
import dev.offstage.scheduler.batch.step.BatchSteps;
import dev.offstage.scheduler.batch.step.RunParameters;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.batch.core.step.Step;
import org.springframework.batch.core.step.StepExecution;
import org.springframework.batch.infrastructure.item.ExecutionContext;
import org.springframework.batch.infrastructure.repeat.RepeatStatus;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import tools.jackson.databind.json.JsonMapper;

/** Puts the batch together. */
@Configuration(proxyBeanMethods = false)
class ExportBatch {
  private static final int CHUNK = 2_000;
  private static final int MEGABYTE = 1 << 20;
  private static final int MOST_DAYS = 3_660;

  @Bean
  Batch export(BatchSteps steps, BlobStore blobs, JsonMapper json) {
    var parameters =
        List.of(
            choice("dataset", "What is exported.", "events", "jobs"),
            required("tenant", ParameterType.TENANT, "Whose."),
            required(
                "from",
                ParameterType.DATE,
                "The first day (UTC): on which events happened, or jobs were enqueued."),
            required("to", ParameterType.DATE, "The last day."),
            choice("format", "How files are written.", "csv", "parquet"),
            optional(
                "fileMegabytes",
                ParameterType.WHOLE_NUMBER,
                "64",
                "From about which size on a file is ended."),
            optional(
                "spreadsheets",
                ParameterType.YES_NO,
                "false",
                "Whether texts in CSV that a spreadsheet would take for a formula get a ' before"
                    + " them."));
    var job = steps.job("export", write(steps, blobs), sum(steps, blobs, json));
    return new Batch(
        "export",
        "Writes a tenant's events or jobs of some days into the blob store, as CSV or Parquet, with"
            + " a manifest and checksums.",
        parameters,
        job);
  }

  /** A part a day. */
  private static Step write(BatchSteps steps, BlobStore blobs) {
    var files = new BatchFiles(steps.db());
    Step day =
        steps
            .<Row, Row>chunks(
                "day",
                CHUNK,
                step -> {
                  var spec = spec(step);
                  spec.dataset()
                      .count(steps.db(), spec.slice())
                      .ifPresent(rows -> steps.record().total(step, rows));
                  return new SliceReader(spec.dataset().rows(steps.db(), spec.slice()));
                },
                step -> new FileWriter(blobs, files, spec(step)))
            .build();
    return steps.partitioned("write", day, step -> days(step, horizon(steps)));
  }

  private static Map<String, ExecutionContext> days(StepExecution step, String horizon) {
    var run = RunParameters.of(step);
    var days = new LinkedHashMap<String, ExecutionContext>();
    for (var day = run.day("from"); !day.isAfter(run.day("to")); day = day.plusDays(1)) {
      if (days.size() == MOST_DAYS) {
        throw new IllegalArgumentException(
            "from %s to %s (expected: at most %d days)"
                .formatted(run.day("from"), run.day("to"), MOST_DAYS));
      }
      var context = new ExecutionContext();
      context.putString("day", day.toString());
      context.putString("horizon", horizon);
      days.put(day.toString(), context);
    }
    return days;
  }

  /** Every transaction before it has ended. */
  private static String horizon(BatchSteps steps) {
    return steps
        .db()
        .jdbc()
        .sql("select pg_snapshot_xmin(pg_current_snapshot())::text")
        .query(String.class)
        .single();
  }

  private static FileSpec spec(StepExecution step) {
    var run = RunParameters.of(step);
    var context = step.getExecutionContext();
    return new FileSpec(
        instance(step),
        Dataset.of(run.text("dataset")),
        Format.of(run.text("format")),
        new Slice(
            run.text("tenant"),
            LocalDate.parse(context.getString("day")),
            context.getString("horizon")),
        Math.max(1, run.number("fileMegabytes")) * MEGABYTE,
        run.yes("spreadsheets"));
  }

  private static long instance(StepExecution step) {
    return step.getJobExecution().getJobInstance().getInstanceId();
  }

  private static Step sum(BatchSteps steps, BlobStore blobs, JsonMapper json) {
    var manifest = new Manifest(blobs, new BatchFiles(steps.db()), json);
    return steps.tasklet(
        "manifest",
        (contribution, chunk) -> {
          var step = contribution.getStepExecution();
          var sums = manifest.write(head(step));
          steps.record().set(step, "files", sums.files());
          steps.record().set(step, "rows", sums.rows());
          steps.record().set(step, "bytes", sums.bytes());
          return RepeatStatus.FINISHED;
        });
  }

  private static Manifest.Head head(StepExecution step) {
    var run = RunParameters.of(step);
    return new Manifest.Head(
        instance(step),
        run.text("tenant"),
        Dataset.of(run.text("dataset")),
        Format.of(run.text("format")),
        Map.of("from", run.text("from"), "to", run.text("to")));
  }
}
