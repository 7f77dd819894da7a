package dev.offstage.scheduler.batch.storage;

import dev.offstage.blob.BlobKey;
import dev.offstage.blob.BlobListing;
import dev.offstage.blob.BlobStore;
import dev.offstage.blob.StoredBlob;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;
import org.springframework.batch.infrastructure.item.ExecutionContext;
import org.springframework.batch.infrastructure.item.ItemStreamReader;

/** Reads the blobs of the store in its order. */
final class BlobReader implements ItemStreamReader<StoredBlob> {
  private static final String POSITION = "blobs.position";
  private static final int PAGE = 1_000;

  private final BlobStore store;
  private final Queue<StoredBlob> page = new ArrayDeque<>();
  private @Nullable BlobKey position;
  private @Nullable BlobListing listing;

  BlobReader(BlobStore store) {
    this.store = store;
  }

  @Override
  public void open(ExecutionContext context) {
    position = context.containsKey(POSITION) ? new BlobKey(context.getString(POSITION)) : null;
  }

  @Override
  public @Nullable StoredBlob read() throws IOException {
    if (listing == null) {
      listing = store.list(position);
    }
    if (page.isEmpty()) {
      page.addAll(listing.next(PAGE));
    }
    var blob = page.poll();
    if (blob != null) {
      position = blob.key();
    }
    return blob;
  }

  @Override
  public void update(ExecutionContext context) {
    if (position != null) {
      context.putString(POSITION, position.path());
    }
  }
}
