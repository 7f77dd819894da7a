package dev.offstage.ingest.health;

import dev.offstage.blob.BlobKey;
import dev.offstage.blob.BlobStore;
import java.util.UUID;
import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;
import org.springframework.stereotype.Component;

/**
 * Whether bytes can be kept, found out by keeping some: a full or read-only disk accepts no upload.
 */
@Component
class BlobsHealthIndicator extends AbstractHealthIndicator {
  private final BlobStore blobs;
  // Of this process' own, so that two nodes on one store do not delete each other's.
  private final BlobKey key = new BlobKey("health/" + UUID.randomUUID());

  BlobsHealthIndicator(BlobStore blobs) {
    super("blobs cannot be written");
    this.blobs = blobs;
  }

  @Override
  protected synchronized void doHealthCheck(Health.Builder builder) throws Exception {
    blobs.put(key, new byte[] {1});
    blobs.delete(key);
    builder.up();
  }
}
