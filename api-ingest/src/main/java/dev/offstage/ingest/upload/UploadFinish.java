package dev.offstage.ingest.upload;

import dev.offstage.blob.BlobStore;
import dev.offstage.client.JobClient;
import dev.offstage.job.JobKind;
import dev.offstage.job.NewJob;
import java.io.IOException;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Turns a whole upload into an asset and its job. Safe to be asked any number of times, by anyone:
 * a process may die at any line and leave the rest to the client's next request or to the sweep.
 */
@Component
class UploadFinish {
  private static final JobKind IMAGE = new JobKind("media.image");

  /** Who works on which type. Bytes that are not named here are kept as they are. */
  private static final Map<String, JobKind> KINDS =
      Map.of(
          "image/jpeg", IMAGE,
          "image/png", IMAGE,
          "image/webp", IMAGE,
          "image/heic", IMAGE,
          "image/heif", IMAGE,
          "image/avif", IMAGE);

  private final UploadStore store;
  private final BlobStore blobs;
  private final JobClient jobs;
  private final TransactionTemplate transaction;
  private final UploadProperties properties;

  UploadFinish(
      UploadStore store,
      BlobStore blobs,
      JobClient jobs,
      TransactionTemplate transaction,
      UploadProperties properties) {
    this.store = store;
    this.blobs = blobs;
    this.jobs = jobs;
    this.transaction = transaction;
    this.properties = properties;
  }

  /**
   * Returns the upload as it stands complete.
   *
   * @throws dev.offstage.problem.ProblemException if its type is not allowed, or it is gone
   */
  Upload finish(Upload upload) throws IOException {
    if (upload.state() == Upload.State.COMPLETE) {
      return upload;
    }
    if (upload.isPart()) {
      return store.complete(upload.id(), null, null).orElseGet(() -> finished(upload.id()));
    }
    if (upload.received() == 0) {
      blobs.append(upload.blob(), () -> 0).close();
    }
    var type = requireAllowed(upload);
    var name = UploadMetadata.filename(upload.metadata());
    var done = transaction.execute(_ -> finish(upload, type, name));
    return done == null ? finished(upload.id()) : done;
  }

  /** Null if somebody else has finished it. */
  private @Nullable Upload finish(Upload upload, String type, @Nullable String name) {
    if (!store.lockToFinish(upload.id())) {
      return null;
    }
    var asset = UUID.randomUUID();
    var kind = KINDS.get(type);
    var job = kind == null ? null : enqueue(upload, asset, kind);
    store.insertAsset(asset, upload, type, name, job);
    return store
        .complete(upload.id(), asset, job)
        .orElseThrow(() -> new IllegalStateException("upload " + upload.id() + " changed"));
  }

  private UUID enqueue(Upload upload, UUID asset, JobKind kind) {
    var payload = "{\"asset\":\"" + asset + "\"}";
    return jobs.enqueue(NewJob.of(upload.tenant(), upload.owner(), kind, payload)).value();
  }

  private Upload finished(UUID id) {
    return store
        .find(id)
        .filter(upload -> upload.state() == Upload.State.COMPLETE)
        .orElseThrow(UploadProblems::gone);
  }

  /** Sniffs the type; an upload whose type the tenant does not take goes, bytes and all. */
  String requireAllowed(Upload upload) throws IOException {
    String type;
    try (var content = blobs.read(upload.blob())) {
      type = Sniffer.sniff(content);
    }
    if (!properties.allows(upload.tenant(), type)) {
      if (store.terminate(upload.id()).isPresent()) {
        blobs.delete(upload.blob());
      }
      throw UploadProblems.type(type);
    }
    return type;
  }
}
