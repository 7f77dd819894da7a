package dev.offstage.scheduler.batch.asset;

import dev.offstage.blob.BlobKey;
import java.util.List;
import java.util.UUID;

/**
 * An asset that is marked deleted.
 *
 * @param blobs the original and its variants
 */
public record DeletedAsset(UUID id, String tenant, List<BlobKey> blobs) {
  public DeletedAsset {
    blobs = List.copyOf(blobs);
  }
}
