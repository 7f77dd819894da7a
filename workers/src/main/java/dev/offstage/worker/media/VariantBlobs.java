package dev.offstage.worker.media;

import dev.offstage.blob.BlobKey;
import dev.offstage.blob.BlobStore;
import dev.offstage.job.JobId;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The blobs that one claim of a job writes. Each claim has a place of its own, so that neither a
 * worker that lost its lease nor another job on the same asset ever overwrites what a row names.
 */
final class VariantBlobs {
  private static final Logger log = LoggerFactory.getLogger(VariantBlobs.class);

  private final BlobStore store;
  private final UUID asset;
  private final JobId job;
  private final int claimNo;
  private final List<BlobKey> written = new ArrayList<>();

  VariantBlobs(BlobStore store, UUID asset, JobId job, int claimNo) {
    this.store = store;
    this.asset = asset;
    this.job = job;
    this.claimNo = claimNo;
  }

  BlobKey put(WantedVariant wanted, byte[] bytes) throws IOException {
    var key = key(claimNo, wanted);
    written.add(key); // before the write: one that fails may leave something
    store.put(key, bytes);
    return key;
  }

  private BlobKey key(int claim, WantedVariant wanted) {
    return new BlobKey(
        "variant/%s/%s-%d/%s.%s"
            .formatted(asset, job, claim, wanted.name(), wanted.format().text()));
  }

  /** Deletes what this claim wrote; for when nothing names it. */
  void deleteWritten() {
    written.forEach(this::delete);
  }

  /**
   * Deletes what this claim and the job's earlier ones, which crashed perhaps, wrote and no row
   * names.
   *
   * @param wanted by the job
   * @param named the blobs that rows name
   */
  void deleteAllBut(Set<String> named, List<WantedVariant> wanted) {
    for (int claim = 1; claim <= claimNo; claim++) {
      for (var variant : wanted) {
        var key = key(claim, variant);
        if (!named.contains(key.path()) && (claim < claimNo || written.contains(key))) {
          delete(key);
        }
      }
    }
  }

  private void delete(BlobKey key) {
    try {
      store.delete(key);
    } catch (IOException | RuntimeException e) {
      // Costs disk space alone: the outcome of the attempt stands.
      log.warn("blob {} that nothing names could not be deleted", key, e);
    }
  }
}
