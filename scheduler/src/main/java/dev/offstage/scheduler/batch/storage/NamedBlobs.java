package dev.offstage.scheduler.batch.storage;

import dev.offstage.blob.BlobKey;
import dev.offstage.store.Db;
import java.util.Collection;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Which blobs rows name. A key says by which primary key its row would be found. */
final class NamedBlobs {
  private static final String UPLOAD = "upload";
  private static final String VARIANT = "variant";
  private static final Set<String> OF_BATCHES = Set.of("export", "archive");

  private final JdbcClient jdbc;

  NamedBlobs(Db db) {
    this.jdbc = db.jdbc();
  }

  /** Whether a blob is of a family that Offstage writes. */
  static boolean isKnown(BlobKey key) {
    var family = part(key, 0);
    return OF_BATCHES.contains(family)
        || ((family.equals(UPLOAD) || family.equals(VARIANT)) && id(key).isPresent());
  }

  /** Those of the blobs that a row names. */
  Set<String> among(Collection<BlobKey> keys) {
    var named = new HashSet<String>();
    var uploads = ids(keys, UPLOAD);
    if (uploads.length > 0) {
      named.addAll(
          jdbc.sql(
                  """
                  select blob_key from upload where id = any(:ids)
                  union select blob_key from asset where upload_id = any(:ids)
                  """)
              .param("ids", uploads)
              .query((row, n) -> row.getString(1))
              .list());
    }
    var assets = ids(keys, VARIANT);
    if (assets.length > 0) {
      named.addAll(
          jdbc.sql("select blob_key from variant where asset_id = any(:ids)")
              .param("ids", assets)
              .query((row, n) -> row.getString(1))
              .list());
    }
    named.addAll(ofBatches(keys));
    return named;
  }

  private Collection<String> ofBatches(Collection<BlobKey> keys) {
    var paths =
        keys.stream()
            .filter(key -> OF_BATCHES.contains(part(key, 0)))
            .map(BlobKey::path)
            .toArray(String[]::new);
    return paths.length == 0
        ? Set.of()
        : jdbc.sql("select blob_key from batch_file where blob_key = any(:keys)")
            .param("keys", paths)
            .query((row, n) -> row.getString(1))
            .list();
  }

  private static UUID[] ids(Collection<BlobKey> keys, String family) {
    return keys.stream()
        .filter(key -> part(key, 0).equals(family))
        .flatMap(key -> id(key).stream())
        .distinct()
        .toArray(UUID[]::new);
  }

  private static Optional<UUID> id(BlobKey key) {
    try {
      return Optional.of(UUID.fromString(part(key, 1)));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static String part(BlobKey key, int index) {
    return key.path().split("/", -1)[index];
  }
}
