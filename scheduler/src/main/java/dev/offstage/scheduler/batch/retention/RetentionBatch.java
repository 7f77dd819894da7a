package dev.offstage.scheduler.batch.retention;

import static dev.offstage.scheduler.batch.BatchParameter.optional;

import dev.offstage.blob.BlobKey;
import dev.offstage.blob.BlobStore;
import dev.offstage.scheduler.batch.Batch;
import dev.offstage.scheduler.batch.ParameterType;
import dev.offstage.scheduler.batch.artifact.DeletedFiles;
import dev.offstage.scheduler.batch.asset.DeletedAsset;
import dev.offstage.scheduler.batch.asset.DeletedAssets;
import dev.offstage.scheduler.batch.step.BatchSteps;
import dev.offstage.scheduler.batch.step.KeysetReader;
import dev.offstage.scheduler.batch.step.RunParameters;
import dev.offstage.scheduler.prune.RetentionProperties;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.batch.core.step.Step;
import org.springframework.batch.core.step.StepExecution;
import org.springframework.batch.infrastructure.item.Chunk;
import org.springframework.batch.infrastructure.item.ItemStreamReader;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Puts the batch together. */
@Configuration(proxyBeanMethods = false)
class RetentionBatch {
  private static final int CHUNK = 100;
  private static final int MOST_SKIPPED = 1_000;

  private final BatchSteps steps;
  private final BlobStore blobs;
  private final RetentionProperties properties;

  RetentionBatch(BatchSteps steps, BlobStore blobs, RetentionProperties properties) {
    this.steps = steps;
    this.blobs = blobs;
    this.properties = properties;
  }

  @Bean
  Batch retention() {
    var parameters =
        List.of(
            optional("tenant", ParameterType.TENANT, "Whose; all tenants' by default."),
            optional(
                "dryRun",
                ParameterType.YES_NO,
                "false",
                "Whether what has expired is counted only."),
            optional(
                "asOf",
                ParameterType.INSTANT,
                "As if it were then; now by default. A dry run tells what will have gone by"
                    + " then."));
    var db = steps.db();
    var job =
        steps.job(
            "retention",
            sweep("jobs", new ExpiredJobs(db, properties.jobs())),
            sweep("events", ExpiredEvents.events(db, properties.events())),
            sweep("rejects", ExpiredEvents.rejects(db, properties.rejects())),
            uploads(),
            sweep("assets", ExpiredMarks.assets(db)),
            assetBytes(),
            sweep("files", ExpiredMarks.files(db, properties.files())),
            fileBytes());
    return new Batch(
        "retention",
        "Deletes what has passed its tenant's time: jobs, events, rejects, uploads, assets with all"
            + " their variants, and files of batches.",
        parameters,
        job);
  }

  private Step sweep(String name, Expired expired) {
    return steps.tasklet(name, new Sweep(steps.db(), steps.record(), expired));
  }

  private Step uploads() {
    var uploads = new ExpiredUploads(steps.db(), blobs);
    var chunks =
        steps.<ExpiredUploads.Upload, ExpiredUploads.Upload>chunks(
            "uploads",
            CHUNK,
            step -> unlessDry(step, () -> uploads.reader(tenant(step))),
            step -> chunk -> steps.record().add(step, "uploads", uploads.write(items(chunk))));
    return steps.skipping(chunks.processor(uploads::withoutBytes), MOST_SKIPPED).build();
  }

  private Step assetBytes() {
    var assets = new DeletedAssets(steps.db(), blobs);
    var chunks =
        steps.<DeletedAsset, DeletedAsset>chunks(
            "asset-bytes",
            CHUNK,
            step -> unlessDry(step, () -> assets.reader(tenant(step), null)),
            step -> chunk -> steps.record().add(step, "assetsGone", assets.forget(items(chunk))));
    return steps.skipping(chunks.processor(assets::withoutBytes), MOST_SKIPPED).build();
  }

  private Step fileBytes() {
    var files = new DeletedFiles(steps.db(), blobs);
    var chunks =
        steps.<BlobKey, BlobKey>chunks(
            "file-bytes",
            CHUNK,
            step -> unlessDry(step, files::reader),
            step -> chunk -> steps.record().add(step, "filesGone", files.forget(items(chunk))));
    return steps.skipping(chunks.processor(files::withoutBytes), MOST_SKIPPED).build();
  }

  private static <T> List<? extends T> items(Chunk<? extends T> chunk) {
    return chunk.getItems();
  }

  private static <T> ItemStreamReader<T> unlessDry(
      StepExecution step, Supplier<ItemStreamReader<T>> reader) {
    return RunParameters.of(step).yes("dryRun")
        ? new KeysetReader<>((after, limit) -> List.of(), String::valueOf)
        : reader.get();
  }

  private static @Nullable String tenant(StepExecution step) {
    return RunParameters.of(step).optional("tenant").orElse(null);
  }
}
