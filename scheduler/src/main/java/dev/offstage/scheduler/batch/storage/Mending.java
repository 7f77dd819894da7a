package dev.offstage.scheduler.batch.storage;

import dev.offstage.blob.BlobKey;
import dev.offstage.blob.BlobStore;
import dev.offstage.scheduler.batch.step.SkippedItemException;
import dev.offstage.store.Db;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Puts right what was found, if it is still so. May be repeated. */
final class Mending {
  private final JdbcClient jdbc;
  private final NamedBlobs named;
  private final BlobStore blobs;

  Mending(Db db, BlobStore blobs) {
    this.jdbc = db.jdbc();
    this.named = new NamedBlobs(db);
    this.blobs = blobs;
  }

  /**
   * Mends one.
   *
   * @param before blobs that were changed later are left alone
   * @return the finding, or null if it stays as it is
   */
  @Nullable Finding mend(Finding finding, Instant before) {
    var key = new BlobKey(finding.name());
    try {
      if (finding.kind() == Finding.Kind.BLOB_WITHOUT_ROW) {
        return removed(key, before) ? finding : null;
      }
      var blob = blobs.find(key);
      boolean whole = blob.isPresent() && blob.get().bytes() >= finding.bytes();
      return !whole && jdbc.sql(statement(finding.kind())).param("key", key.path()).update() > 0
          ? finding
          : null;
    } catch (IOException e) {
      throw new SkippedItemException(finding.detail(), e.toString());
    }
  }

  private boolean removed(BlobKey key, Instant before) throws IOException {
    var blob = blobs.find(key);
    if (blob.isEmpty()) {
      return true;
    }
    if (blob.get().changedAt().isAfter(before) || named.among(List.of(key)).contains(key.path())) {
      return false;
    }
    blobs.delete(key);
    return true;
  }

  private static String statement(Finding.Kind kind) {
    return switch (kind) {
      // One with variants is still of use: people decide.
      case ASSET_WITHOUT_BLOB ->
          """
          update asset a set deleted_at = now()
          where a.blob_key = :key and a.deleted_at is null
            and a.upload_id = split_part(:key, '/', 2)::uuid
            and not exists (select from variant v where v.asset_id = a.id)
          """;
      // It can be asked for again.
      case VARIANT_WITHOUT_BLOB ->
          """
          delete from variant
          where blob_key = :key and asset_id = split_part(:key, '/', 2)::uuid
          """;
      // The client begins anew.
      case UPLOAD_WITHOUT_BLOB ->
          """
          update upload set state = 'gone', expires_at = now() + interval '1 hour'
          where id = split_part(:key, '/', 2)::uuid and asset_id is null and state <> 'gone'
          """;
      case FILE_WITHOUT_BLOB -> "delete from batch_file where blob_key = :key";
      case BLOB_WITHOUT_ROW, BLOB_UNKNOWN -> throw new IllegalArgumentException(kind.text());
    };
  }
}
