package dev.offstage.scheduler.batch.storage;

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

/** Rows that promise bytes, and whether the bytes are there. */
final class PromisedBlobs {
  private final JdbcClient jdbc;
  private final BlobStore blobs;

  PromisedBlobs(Db db, BlobStore blobs) {
    this.jdbc = db.jdbc();
    this.blobs = blobs;
  }

  /** Where rows of a kind are: each query answers position, blob_key, bytes, tenant and what. */
  private static String query(Finding.Kind kind) {
    return switch (kind) {
      case ASSET_WITHOUT_BLOB ->
          """
          select id::text as position, blob_key, byte_size as bytes, tenant,
            'asset ' || id as what
          from asset where deleted_at is null and id > :after::uuid order by id limit :limit
          """;
      case VARIANT_WITHOUT_BLOB ->
          """
          select v.asset_id || '/' || v.name || '/' || v.format as position, v.blob_key,
            v.byte_size as bytes, a.tenant,
            'variant ' || v.name || '.' || v.format || ' of asset ' || v.asset_id as what
          from variant v join asset a on a.id = v.asset_id
          where a.deleted_at is null and (v.asset_id, v.name, v.format) >
            (split_part(:after, '/', 1)::uuid, split_part(:after, '/', 2),
             split_part(:after, '/', 3))
          order by v.asset_id, v.name, v.format limit :limit
          """;
      case UPLOAD_WITHOUT_BLOB ->
          """
          select id::text as position, blob_key, received as bytes, tenant,
            'upload ' || id as what
          from upload
          where id > :after::uuid and received > 0
            and (state = 'open' or (state = 'complete' and asset_id is null))
          order by id limit :limit
          """;
      case FILE_WITHOUT_BLOB ->
          """
          select blob_key as position, blob_key, bytes, tenant,
            'file ' || name || ' of the run ' || run as what
          from batch_file where deleted_at is null and blob_key > :after
          order by blob_key limit :limit
          """;
      case BLOB_WITHOUT_ROW, BLOB_UNKNOWN -> throw new IllegalArgumentException(kind.text());
    };
  }

  ItemStreamReader<Promised> reader(Finding.Kind kind) {
    return new KeysetReader<>((after, limit) -> page(kind, after, limit), Promised::position);
  }

  private List<Promised> page(Finding.Kind kind, @Nullable String after, int limit) {
    return jdbc.sql(query(kind))
        .param("after", after == null ? first(kind) : after)
        .param("limit", limit)
        .query(
            (row, n) ->
                new Promised(
                    kind,
                    row.getString("position"),
                    new BlobKey(row.getString("blob_key")),
                    row.getLong("bytes"),
                    row.getString("tenant"),
                    row.getString("what")))
        .list();
  }

  private static String first(Finding.Kind kind) {
    var least = new UUID(0, 0).toString();
    return switch (kind) {
      case VARIANT_WITHOUT_BLOB -> least + "//";
      case FILE_WITHOUT_BLOB -> "";
      default -> least;
    };
  }

  /** What is wrong with a row's bytes; null if they are there. */
  @Nullable Finding check(Promised row) {
    try {
      var blob = blobs.find(row.blob());
      long there = blob.isEmpty() ? -1 : blob.get().bytes();
      if (there >= row.bytes()) {
        return null;
      }
      var detail =
          there < 0
              ? row.what() + ": its blob is missing"
              : "%s: %d bytes (expected: %d)".formatted(row.what(), there, row.bytes());
      return new Finding(row.kind(), row.blob().path(), row.tenant(), row.bytes(), detail);
    } catch (IOException e) {
      throw new SkippedItemException(row.what(), e.toString());
    }
  }
}
