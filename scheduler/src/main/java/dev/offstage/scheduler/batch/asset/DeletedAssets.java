package dev.offstage.scheduler.batch.asset;

import dev.offstage.blob.BlobKey;
import dev.offstage.blob.BlobStore;
import dev.offstage.scheduler.batch.step.KeysetReader;
import dev.offstage.scheduler.batch.step.SkippedItemException;
import dev.offstage.store.Db;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.batch.infrastructure.item.ItemStreamReader;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Deleted assets, their bytes and their rows. */
public final class DeletedAssets {
  private final JdbcClient jdbc;
  private final BlobStore blobs;

  public DeletedAssets(Db db, BlobStore blobs) {
    this.jdbc = db.jdbc();
    this.blobs = blobs;
  }

  /**
   * Reads them by their ids.
   *
   * @param tenant null for all tenants'
   * @param owner null for all owners'
   */
  public ItemStreamReader<DeletedAsset> reader(@Nullable String tenant, @Nullable String owner) {
    return new KeysetReader<>(
        (after, limit) -> page(tenant, owner, after, limit), asset -> asset.id().toString());
  }

  private List<DeletedAsset> page(
      @Nullable String tenant, @Nullable String owner, @Nullable String after, int limit) {
    return jdbc.sql(
            """
            select a.id, a.tenant,
              array_prepend(a.blob_key,
                array(select v.blob_key from variant v where v.asset_id = a.id)) as blobs
            from asset a
            where a.deleted_at is not null and a.id > :after::uuid
              and (:tenant::text is null or a.tenant = :tenant)
              and (:owner::text is null or a.owner = :owner)
            order by a.id limit :limit
            """)
        .param("after", after == null ? new UUID(0, 0).toString() : after)
        .param("tenant", tenant)
        .param("owner", owner)
        .param("limit", limit)
        .query(
            (row, n) ->
                new DeletedAsset(
                    row.getObject("id", UUID.class),
                    row.getString("tenant"),
                    Arrays.stream((String[]) row.getArray("blobs").getArray())
                        .map(BlobKey::new)
                        .toList()))
        .list();
  }

  /**
   * Deletes the bytes.
   *
   * @throws SkippedItemException if the store refuses; the row stays, for another time
   */
  public DeletedAsset withoutBytes(DeletedAsset asset) {
    try {
      for (var blob : asset.blobs()) {
        blobs.delete(blob);
      }
      return asset;
    } catch (IOException e) {
      throw new SkippedItemException("asset " + asset.id(), e.toString());
    }
  }

  /** Removes the rows, whose bytes are gone. */
  public int forget(List<? extends DeletedAsset> assets) {
    return jdbc.sql("delete from asset where id = any(:ids) and deleted_at is not null")
        .param("ids", assets.stream().map(DeletedAsset::id).toArray(UUID[]::new))
        .update();
  }
}
