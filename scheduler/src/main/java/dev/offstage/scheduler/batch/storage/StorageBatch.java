package dev.offstage.scheduler.batch.storage;

import static dev.offstage.scheduler.batch.BatchParameter.optional;

import dev.offstage.blob.BlobStore;
import dev.offstage.blob.StoredBlob;
import dev.offstage.scheduler.batch.Batch;
import dev.offstage.scheduler.batch.ParameterType;
import dev.offstage.scheduler.batch.step.BatchSteps;
import dev.offstage.scheduler.batch.step.KeysetReader;
import dev.offstage.scheduler.batch.step.RunParameters;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import org.springframework.batch.core.step.Step;
import org.springframework.batch.core.step.StepExecution;
import org.springframework.batch.infrastructure.item.Chunk;
import org.springframework.batch.infrastructure.item.ItemStreamReader;
import org.springframework.batch.infrastructure.item.ItemWriter;
import org.springframework.batch.infrastructure.repeat.RepeatStatus;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Puts the batch together. */
@Configuration(proxyBeanMethods = false)
class StorageBatch {
  private static final int CHUNK = 500;
  private static final int MOST_SKIPPED = 1_000;
  private static final String BEFORE = "storage.before";

  private final BatchSteps steps;
  private final BlobStore blobs;
  private final Findings findings;
  private final PromisedBlobs promised;

  StorageBatch(BatchSteps steps, BlobStore blobs) {
    this.steps = steps;
    this.blobs = blobs;
    this.findings = new Findings(steps.db());
    this.promised = new PromisedBlobs(steps.db(), blobs);
  }

  @Bean
  Batch auditStorage() {
    var parameters =
        List.of(
            optional(
                "grace",
                ParameterType.DURATION,
                "1d",
                "Blobs that were written within it are not judged; longer than any job takes."),
            optional(
                "mend",
                ParameterType.YES_NO,
                "false",
                "Whether what is found is put right: blobs without rows are deleted, rows without"
                    + " their bytes say so."),
            optional(
                "mostMissing",
                ParameterType.WHOLE_NUMBER,
                "100",
                "If more rows than that lack their bytes, nothing is mended: the store may be"
                    + " away."));
    var job =
        steps.job(
            "audit-storage",
            blobs(),
            rows("assets", Finding.Kind.ASSET_WITHOUT_BLOB),
            rows("variants", Finding.Kind.VARIANT_WITHOUT_BLOB),
            rows("uploads", Finding.Kind.UPLOAD_WITHOUT_BLOB),
            rows("files", Finding.Kind.FILE_WITHOUT_BLOB),
            guard(),
            mend());
    return new Batch(
        "audit-storage",
        "Looks for blobs that no row names and for rows whose blobs are missing; mends them when"
            + " told.",
        parameters,
        job);
  }

  private Step blobs() {
    return steps
        .<StoredBlob, StoredBlob>chunks(
            "blobs", CHUNK, step -> new BlobReader(blobs), this::unnamed)
        .build();
  }

  private ItemWriter<StoredBlob> unnamed(StepExecution step) {
    var named = new NamedBlobs(steps.db());
    var before = before(step);
    return chunk -> {
      var old =
          chunk.getItems().stream().filter(blob -> blob.changedAt().isBefore(before)).toList();
      var names = named.among(old.stream().map(StoredBlob::key).toList());
      var found = new ArrayList<Finding>();
      for (var blob : old) {
        if (!names.contains(blob.key().path())) {
          found.add(unnamed(blob));
        }
      }
      add(step, found);
    };
  }

  private static Finding unnamed(StoredBlob blob) {
    var kind =
        NamedBlobs.isKnown(blob.key()) ? Finding.Kind.BLOB_WITHOUT_ROW : Finding.Kind.BLOB_UNKNOWN;
    return new Finding(
        kind,
        blob.key().path(),
        null,
        blob.bytes(),
        "blob " + blob.key() + ", last written " + blob.changedAt() + ": no row names it");
  }

  private void add(StepExecution step, List<? extends Finding> found) {
    if (!found.isEmpty()) {
      findings.add(instance(step), found);
      for (var kind : Finding.Kind.values()) {
        long n = found.stream().filter(finding -> finding.kind() == kind).count();
        if (n > 0) {
          steps.record().add(step, kind.text(), n);
        }
      }
    }
  }

  /** Fixed when the step first begins, so that a restart judges as the first did. */
  private Instant before(StepExecution step) {
    var context = step.getExecutionContext();
    if (!context.containsKey(BEFORE)) {
      var grace = RunParameters.of(step).duration("grace");
      context.putString(BEFORE, now().minus(grace).toString());
    }
    return Instant.parse(context.getString(BEFORE));
  }

  private Instant now() {
    return steps.db().jdbc().sql("select now()").query(OffsetDateTime.class).single().toInstant();
  }

  private Step rows(String name, Finding.Kind kind) {
    var chunks =
        steps.<Promised, Finding>chunks(
            name,
            CHUNK,
            step -> promised.reader(kind),
            step -> chunk -> add(step, chunk.getItems()));
    return steps.skipping(chunks.processor(promised::check), MOST_SKIPPED).build();
  }

  private Step guard() {
    return steps.tasklet(
        "guard",
        (contribution, chunk) -> {
          var step = contribution.getStepExecution();
          var run = RunParameters.of(step);
          long missing = findings.missing(instance(step));
          if (run.yes("mend") && missing > 0 && blobs.list(null).next(1).isEmpty()) {
            throw new IllegalStateException(
                "%d rows lack their bytes, and the blob store is empty; nothing is mended. Is it the right one?"
                    .formatted(missing));
          }
          if (run.yes("mend") && missing > run.number("mostMissing")) {
            throw new IllegalStateException(
                "%d rows lack their bytes (expected: at most %d); nothing is mended. Is the blob store the right one?"
                    .formatted(missing, run.number("mostMissing")));
          }
          return RepeatStatus.FINISHED;
        });
  }

  private Step mend() {
    var mending = new Mending(steps.db(), blobs);
    var chunks =
        steps.<Finding, Finding>chunks(
            "mend", CHUNK, this::toMend, step -> chunk -> mended(step, chunk));
    return steps
        .skipping(
            chunks.processor(
                steps.processor(
                    step -> {
                      var before = before(step);
                      return finding -> mending.mend(finding, before);
                    })),
            MOST_SKIPPED)
        .build();
  }

  private void mended(StepExecution step, Chunk<? extends Finding> chunk) {
    steps.record().add(step, "mended", findings.mended(instance(step), chunk.getItems()));
  }

  private ItemStreamReader<Finding> toMend(StepExecution step) {
    return RunParameters.of(step).yes("mend")
        ? findings.toMend(instance(step))
        : new KeysetReader<>((after, limit) -> List.of(), Finding::name);
  }

  private static long instance(StepExecution step) {
    return step.getJobExecution().getJobInstance().getInstanceId();
  }
}
