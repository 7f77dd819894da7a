package dev.offstage.ingest.upload;

import dev.offstage.blob.BlobKey;
import dev.offstage.ingest.auth.Caller;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** Uploads in PostgreSQL. Every change is one guarded statement that tells whether it won. */
@Repository
class UploadStore {
  private static final String COLUMNS =
      """
      id, tenant, owner, state, length, received, metadata, concat, blob_key, asset_id, job_id,
      expires_at, expires_at < now() as expired
      """;

  private final JdbcClient jdbc;
  private final UploadProperties properties;

  UploadStore(JdbcClient jdbc, UploadProperties properties) {
    this.jdbc = jdbc;
    this.properties = properties;
  }

  /** Empty if the tenant has as many open uploads as it may have. */
  Optional<Upload> create(UUID id, Caller caller, NewUpload upload) {
    return jdbc.sql(
            """
            insert into upload (id, tenant, owner, length, metadata, concat, blob_key, expires_at)
            select :id, :tenant, :owner, :length, :metadata, :concat, :blob,
                   now() + make_interval(secs => :ttl)
             where (select count(*) from upload where tenant = :tenant and state = 'open') < :max
            """
                + "returning "
                + COLUMNS)
        .param("id", id)
        .param("tenant", caller.tenant())
        .param("owner", caller.owner())
        .param("length", upload.length())
        .param("metadata", upload.metadata())
        .param("concat", upload.concat())
        .param("blob", BlobKey.upload(id).path())
        .param("ttl", ttl())
        .param("max", properties.maxOpen())
        .query(UploadStore::upload)
        .optional();
  }

  Optional<Upload> find(UUID id) {
    return jdbc.sql("select " + COLUMNS + " from upload where id = :id")
        .param("id", id)
        .query(UploadStore::upload)
        .optional();
  }

  /** Promises the bytes up to {@code to}, which are forced already. Its time begins anew. */
  Optional<Upload> received(UUID id, long from, long to) {
    return jdbc.sql(
            """
            update upload set received = :to, expires_at = now() + make_interval(secs => :ttl)
             where id = :id and received = :from and state = 'open'
            """
                + "returning "
                + COLUMNS)
        .param("id", id)
        .param("from", from)
        .param("to", to)
        .param("ttl", ttl())
        .query(UploadStore::upload)
        .optional();
  }

  /** Declares a length that was deferred. Empty if it was declared before or is too small. */
  Optional<Upload> declareLength(UUID id, long length) {
    return jdbc.sql(
            """
            update upload set length = :length
             where id = :id and length is null and received <= :length and state = 'open'
            """
                + "returning "
                + COLUMNS)
        .param("id", id)
        .param("length", length)
        .query(UploadStore::upload)
        .optional();
  }

  /** Makes a whole upload complete. Empty if another was quicker, or it is gone. */
  Optional<Upload> complete(UUID id, @Nullable UUID asset, @Nullable UUID job) {
    return jdbc.sql(
            """
            update upload set state = 'complete', asset_id = :asset, job_id = :job,
                   expires_at = now() + make_interval(secs => :ttl)
             where id = :id and state = 'open' and received = length
            """
                + "returning "
                + COLUMNS)
        .param("id", id)
        .param("asset", asset)
        .param("job", job)
        .param("ttl", ttl())
        .query(UploadStore::upload)
        .optional();
  }

  /** Locks a whole, open upload for the rest of the transaction. */
  boolean lockToFinish(UUID id) {
    return jdbc.sql(
            """
            select id from upload
             where id = :id and state = 'open' and received = length for no key update
            """)
        .param("id", id)
        .query(UUID.class)
        .optional()
        .isPresent();
  }

  void insertAsset(
      UUID asset, Upload upload, String type, @Nullable String name, @Nullable UUID job) {
    jdbc.sql(
            """
            insert into asset (id, tenant, owner, upload_id, blob_key, byte_size, media_type,
                               filename, job_id, ready_at)
            values (:id, :tenant, :owner, :upload, :blob, :size, :type, :filename, :job,
                    case when :job::uuid is null then now() end)
            """)
        .param("id", asset)
        .param("tenant", upload.tenant())
        .param("owner", upload.owner())
        .param("upload", upload.id())
        .param("blob", upload.blob().path())
        .param("size", upload.received())
        .param("type", type)
        .param("filename", name)
        .param("job", job)
        .update();
  }

  /**
   * Ends an upload for good. Its row stays for an hour, so that whoever was writing it on another
   * node has noticed, and its bytes can then be deleted for certain.
   */
  Optional<Upload> terminate(UUID id) {
    return jdbc.sql(
            """
            update upload set state = 'gone', expires_at = now() + interval '1 hour'
             where id = :id and state <> 'gone'
            """
                + "returning "
                + COLUMNS)
        .param("id", id)
        .query(UploadStore::upload)
        .optional();
  }

  /**
   * Whole uploads that nobody finished: their process died between the last byte and the finish.
   */
  List<Upload> unfinished(int limit) {
    return jdbc.sql(
            "select "
                + COLUMNS
                + " from upload where state = 'open' and received = length limit :limit")
        .param("limit", limit)
        .query(UploadStore::upload)
        .list();
  }

  /** Takes uploads whose time is over out of use; each is given to one caller only. */
  List<Upload> expire(int limit) {
    return jdbc.sql(
            """
            update upload set state = 'gone', expires_at = now() + interval '1 hour'
             where id in (select id from upload where expires_at < now() and state <> 'gone'
                           order by expires_at limit :limit for update skip locked)
            """
                + "returning "
                + COLUMNS)
        .param("limit", limit)
        .query(UploadStore::upload)
        .list();
  }

  /** Uploads that have been gone long enough for their rows to go as well. */
  List<Upload> forgettable(int limit) {
    return jdbc.sql(
            "select "
                + COLUMNS
                + " from upload where expires_at < now() and state = 'gone' limit :limit")
        .param("limit", limit)
        .query(UploadStore::upload)
        .list();
  }

  void forget(UUID id) {
    jdbc.sql("delete from upload where id = :id and state = 'gone' and expires_at < now()")
        .param("id", id)
        .update();
  }

  private double ttl() {
    return properties.expiresAfter().toMillis() / 1000.0;
  }

  private static Upload upload(ResultSet row, int number) throws SQLException {
    return new Upload(
        row.getObject("id", UUID.class),
        row.getString("tenant"),
        row.getString("owner"),
        Upload.State.valueOf(row.getString("state").toUpperCase(Locale.ROOT)),
        row.getObject("length", Long.class),
        row.getLong("received"),
        row.getString("metadata"),
        row.getString("concat"),
        new BlobKey(row.getString("blob_key")),
        row.getObject("asset_id", UUID.class),
        row.getObject("job_id", UUID.class),
        row.getObject("expires_at", OffsetDateTime.class).toInstant(),
        row.getBoolean("expired"));
  }
}
