package dev.offstage.scheduler.batch.erasure;

import dev.offstage.blob.BlobBusyException;
import dev.offstage.blob.BlobKey;
import dev.offstage.blob.BlobStore;
import dev.offstage.scheduler.batch.person.Person;
import dev.offstage.scheduler.batch.step.KeysetReader;
import dev.offstage.store.Db;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.springframework.batch.infrastructure.item.ItemStreamReader;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The person's uploads: those that are under way are ended, and what is there of them goes. */
final class OpenUploads {
  private static final Duration BETWEEN = Duration.ofMillis(250);
  private static final int TRIES = 100;

  private final JdbcClient jdbc;
  private final BlobStore blobs;

  OpenUploads(Db db, BlobStore blobs) {
    this.jdbc = db.jdbc();
    this.blobs = blobs;
  }

  /**
   * @param blob null where an asset has the bytes
   */
  record Upload(UUID id, @Nullable BlobKey blob) {}

  /** Ends all of them at once: from here on none becomes an asset, and nobody begins to write. */
  int end(Person person) {
    return jdbc.sql(
            """
            update upload set state = 'gone', expires_at = now() + interval '1 hour'
            where tenant = :tenant and owner = :user and state <> 'gone'
            """)
        .param("tenant", person.tenant())
        .param("user", person.user())
        .update();
  }

  ItemStreamReader<Upload> reader(Person person) {
    return new KeysetReader<>(
        (after, limit) ->
            jdbc.sql(
                    """
                    select u.id, case when u.asset_id is null then u.blob_key end as blob
                    from upload u
                    where u.tenant = :tenant and u.owner = :user and u.id > :after::uuid
                    order by u.id limit :limit
                    """)
                .param("tenant", person.tenant())
                .param("user", person.user())
                .param("after", after == null ? new UUID(0, 0).toString() : after)
                .param("limit", limit)
                .query(
                    (row, n) ->
                        new Upload(
                            row.getObject("id", UUID.class),
                            row.getString("blob") == null
                                ? null
                                : new BlobKey(row.getString("blob"))))
                .list(),
        upload -> upload.id().toString());
  }

  /**
   * Deletes the bytes while nobody else writes them: whoever was in the middle of it notices at its
   * next commit that the upload is gone, and is waited for.
   *
   * @throws BlobBusyException if it does not notice for long
   */
  Upload withoutBytes(Upload upload) throws IOException, InterruptedException {
    var blob = upload.blob();
    for (int tries = 1; blob != null && blobs.find(blob).isPresent(); tries++) {
      try (var _ = blobs.append(blob, () -> 0)) {
        blobs.delete(blob);
      } catch (BlobBusyException e) {
        if (tries == TRIES) {
          throw e;
        }
        new CountDownLatch(1).await(BETWEEN.toMillis(), TimeUnit.MILLISECONDS);
      }
    }
    return upload;
  }

  int forget(List<? extends Upload> uploads) {
    return jdbc.sql("delete from upload where id = any(:ids) and state = 'gone'")
        .param("ids", uploads.stream().map(Upload::id).toArray(UUID[]::new))
        .update();
  }
}
