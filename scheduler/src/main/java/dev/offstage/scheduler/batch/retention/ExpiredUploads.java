package dev.offstage.scheduler.batch.retention;

import dev.offstage.blob.BlobKey;
import dev.offstage.blob.BlobStore;
import dev.offstage.scheduler.batch.step.KeysetReader;
import dev.offstage.scheduler.batch.step.SkippedItemException;
import dev.offstage.store.Db;
import java.io.IOException;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.batch.infrastructure.item.ItemStreamReader;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Uploads whose time is over, as ingest sweeps them while it runs: they are ended; an hour later,
 * when whoever wrote one on another node has noticed, their bytes go for good, and their rows.
 */
final class ExpiredUploads {
  private final JdbcClient jdbc;
  private final BlobStore blobs;

  ExpiredUploads(Db db, BlobStore blobs) {
    this.jdbc = db.jdbc();
    this.blobs = blobs;
  }

  /**
   * @param blob null where an asset has the bytes
   */
  record Upload(UUID id, @Nullable BlobKey blob, boolean gone) {}

  ItemStreamReader<Upload> reader(@Nullable String tenant) {
    return new KeysetReader<>(
        (after, limit) ->
            jdbc.sql(
                    """
                    select id, case when asset_id is null then blob_key end as blob,
                      state = 'gone' as gone
                    from upload
                    where expires_at < now() and id > :after::uuid
                      and (:tenant::text is null or tenant = :tenant)
                    order by id limit :limit
                    """)
                .param("after", after == null ? new UUID(0, 0).toString() : after)
                .param("tenant", tenant)
                .param("limit", limit)
                .query(
                    (row, n) ->
                        new Upload(
                            row.getObject("id", UUID.class),
                            row.getString("blob") == null
                                ? null
                                : new BlobKey(row.getString("blob")),
                            row.getBoolean("gone")))
                .list(),
        upload -> upload.id().toString());
  }

  /** The bytes of one that has been gone for its hour. */
  Upload withoutBytes(Upload upload) {
    try {
      if (upload.gone() && upload.blob() != null) {
        blobs.delete(upload.blob());
      }
      return upload;
    } catch (IOException e) {
      throw new SkippedItemException("upload " + upload.id(), e.toString());
    }
  }

  /** Ends those that are open, and forgets those that were gone. */
  int write(List<? extends Upload> uploads) {
    int ended =
        jdbc.sql(
                """
                update upload set state = 'gone', expires_at = now() + interval '1 hour'
                where id = any(:ids) and state <> 'gone' and expires_at < now()
                """)
            .param("ids", ids(uploads, false))
            .update();
    return ended
        + jdbc.sql(
                """
                delete from upload
                where id = any(:ids) and state = 'gone' and expires_at < now()
                """)
            .param("ids", ids(uploads, true))
            .update();
  }

  private static UUID[] ids(List<? extends Upload> uploads, boolean gone) {
    return uploads.stream()
        .filter(upload -> upload.gone() == gone)
        .map(Upload::id)
        .toArray(UUID[]::new);
  }
}
