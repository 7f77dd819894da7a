package dev.offstage.scheduler.batch.artifact;

import dev.offstage.blob.BlobKey;
import dev.offstage.blob.BlobStore;
import dev.offstage.scheduler.batch.step.KeysetReader;
import dev.offstage.scheduler.batch.step.SkippedItemException;
import dev.offstage.store.Db;
import java.io.IOException;
import java.util.List;
import org.springframework.batch.infrastructure.item.ItemStreamReader;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Files of batches that are marked deleted: their bytes, then their rows. */
public final class DeletedFiles {
  private final JdbcClient jdbc;
  private final BlobStore blobs;

  public DeletedFiles(Db db, BlobStore blobs) {
    this.jdbc = db.jdbc();
    this.blobs = blobs;
  }

  /** Reads them by their keys. */
  public ItemStreamReader<BlobKey> reader() {
    return new KeysetReader<>(
        (after, limit) ->
            jdbc.sql(
                    """
                    select blob_key from batch_file
                    where deleted_at is not null and blob_key > :after
                    order by blob_key limit :limit
                    """)
                .param("after", after == null ? "" : after)
                .param("limit", limit)
                .query((row, n) -> new BlobKey(row.getString(1)))
                .list(),
        BlobKey::path);
  }

  /** Deletes the bytes. */
  public BlobKey withoutBytes(BlobKey blob) {
    try {
      blobs.delete(blob);
      return blob;
    } catch (IOException e) {
      throw new SkippedItemException("blob " + blob, e.toString());
    }
  }

  /** Removes the rows, whose bytes are gone. */
  public int forget(List<? extends BlobKey> files) {
    return jdbc.sql("delete from batch_file where blob_key = any(:keys) and deleted_at is not null")
        .param("keys", files.stream().map(BlobKey::path).toArray(String[]::new))
        .update();
  }
}
