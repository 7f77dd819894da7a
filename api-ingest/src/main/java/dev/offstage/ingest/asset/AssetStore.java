package dev.offstage.ingest.asset;

import dev.offstage.blob.BlobKey;
import dev.offstage.job.JobFailure;
import dev.offstage.job.JobId;
import dev.offstage.job.JobState;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** Reads assets and their variants, and marks assets deleted. */
@Repository
class AssetStore {
  private final JdbcClient db;

  AssetStore(JdbcClient db) {
    this.db = db;
  }

  /** An asset of a tenant and, where {@code owner} is not null, of that owner. */
  Optional<Asset> find(UUID id, String tenant, @Nullable String owner) {
    return db.sql(
            """
            select a.id, a.tenant, a.owner, a.media_type, a.filename, a.byte_size, a.width, a.height,
                   a.blurhash, a.thumbhash, a.dominant_color, a.created_at,
                   a.ready_at is not null as ready,
                   j.id as job_id, j.state, j.progress, j.error_reason, j.error_message
            from asset a left join job j on j.id = a.job_id
            where a.id = :id and a.tenant = :tenant and (:owner::text is null or a.owner = :owner)
              and a.deleted_at is null
            """)
        .param("id", id)
        .param("tenant", tenant)
        .param("owner", owner)
        .query(AssetStore::asset)
        .optional();
  }

  List<Variant> variants(UUID asset) {
    return db.sql(
            """
            select name, format, width, height, byte_size from variant
            where asset_id = ? order by width, height, name, format
            """)
        .param(asset)
        .query(
            (row, n) ->
                new Variant(
                    row.getString("name"),
                    row.getString("format"),
                    row.getInt("width"),
                    row.getInt("height"),
                    row.getLong("byte_size")))
        .list();
  }

  Optional<StoredBytes> variantBytes(UUID asset, String name, String format) {
    return db.sql(
            """
            select v.blob_key, v.byte_size, v.format
            from variant v join asset a on a.id = v.asset_id
            where v.asset_id = :asset and v.name = :name and v.format = :format
              and a.deleted_at is null
            """)
        .param("asset", asset)
        .param("name", name)
        .param("format", format)
        .query(
            (row, n) ->
                new StoredBytes(
                    new BlobKey(row.getString("blob_key")),
                    row.getLong("byte_size"),
                    Variant.mediaType(row.getString("format")),
                    null))
        .optional();
  }

  Optional<StoredBytes> originalBytes(UUID asset) {
    return db.sql(
            """
            select blob_key, byte_size, media_type, coalesce(filename, id::text) as filename
            from asset where id = ? and deleted_at is null
            """)
        .param(asset)
        .query(
            (row, n) ->
                new StoredBytes(
                    new BlobKey(row.getString("blob_key")),
                    row.getLong("byte_size"),
                    mediaType(row.getString("media_type")),
                    row.getString("filename")))
        .optional();
  }

  /** Marks an asset deleted; from this commit on nobody finds it. False if there is none. */
  boolean delete(UUID id, String tenant, @Nullable String owner) {
    return db.sql(
                """
                update asset set deleted_at = now()
                where id = :id and tenant = :tenant and (:owner::text is null or owner = :owner)
                  and deleted_at is null
                """)
            .param("id", id)
            .param("tenant", tenant)
            .param("owner", owner)
            .update()
        == 1;
  }

  /** Deleted assets, in the order of their ids, that nobody has swept for a minute. */
  List<UUID> deleted(UUID after, int limit) {
    return db.sql(
            """
            select id from asset
            where deleted_at < now() - interval '1 minute' and id > :after order by id limit :limit
            """)
        .param("after", after)
        .param("limit", limit)
        .query((row, n) -> row.getObject("id", UUID.class))
        .list();
  }

  /** All blobs of a deleted asset: the original and its variants. */
  List<BlobKey> blobsOfDeleted(UUID id) {
    return db.sql(
            """
            select blob_key from asset where id = :id and deleted_at is not null
            union all
            select v.blob_key from variant v join asset a on a.id = v.asset_id
            where a.id = :id and a.deleted_at is not null
            """)
        .param("id", id)
        .query((row, n) -> new BlobKey(row.getString("blob_key")))
        .list();
  }

  /** Removes the rows of a deleted asset, whose blobs are gone. */
  void forget(UUID id) {
    db.sql("delete from asset where id = ? and deleted_at is not null").param(id).update();
  }

  private static Asset asset(ResultSet row, int n) throws SQLException {
    return new Asset(
        row.getObject("id", UUID.class),
        row.getString("tenant"),
        row.getString("owner"),
        row.getString("media_type"),
        row.getString("filename"),
        row.getLong("byte_size"),
        row.getObject("width", Integer.class),
        row.getObject("height", Integer.class),
        row.getString("blurhash"),
        row.getString("thumbhash"),
        row.getString("dominant_color"),
        row.getObject("created_at", OffsetDateTime.class).toInstant(),
        row.getBoolean("ready"),
        work(row));
  }

  private static Asset.@Nullable Work work(ResultSet row) throws SQLException {
    var job = row.getObject("job_id", UUID.class);
    if (job == null) {
      return null;
    }
    var reason = row.getString("error_reason");
    return new Asset.Work(
        new JobId(job),
        JobState.of(row.getString("state")),
        row.getFloat("progress"),
        reason == null ? null : new JobFailure(reason, row.getString("error_message")));
  }

  private static MediaType mediaType(String text) {
    try {
      return MediaType.parseMediaType(text);
    } catch (InvalidMediaTypeException e) {
      return MediaType.APPLICATION_OCTET_STREAM;
    }
  }
}
