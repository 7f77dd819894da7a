package dev.offstage.worker.media;

import dev.offstage.blob.BlobKey;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Assets and their variants, as far as making variants needs them. */
final class ImageAssets {
  private final JdbcClient jdbc;

  ImageAssets(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /** An asset whose variants are asked for. */
  record Original(BlobKey blob, long byteSize, boolean deleted, boolean ready) {}

  /** A row of {@code variant}. */
  record Variant(String name, String format, int width, int height, long byteSize, String blobKey) {

    boolean is(WantedVariant wanted) {
      return name.equals(wanted.name()) && format.equals(wanted.format().text());
    }
  }

  /** What an asset says of its picture. */
  record Picture(int width, int height, String blurhash, String thumbhash, String dominantColor) {

    static Picture of(ImageRenderer.Rendered rendered) {
      var placeholders = rendered.placeholders();
      return new Picture(
          rendered.width(),
          rendered.height(),
          placeholders.blurhash(),
          placeholders.thumbhash(),
          placeholders.dominantColor());
    }
  }

  /**
   * The asset if it is the tenant's and, where the job has an owner, that owner's: a job must not
   * reach what its owner cannot.
   */
  Optional<Original> find(UUID asset, String tenant, @Nullable String owner) {
    return jdbc.sql(
            """
            select blob_key, byte_size, deleted_at is not null as deleted,
                   ready_at is not null and width is not null as ready
              from asset
             where id = :asset and tenant = :tenant
               and (cast(:owner as text) is null or owner = :owner)
            """)
        .param("asset", asset)
        .param("tenant", tenant)
        .param("owner", owner)
        .query(
            (row, _) ->
                new Original(
                    new BlobKey(row.getString("blob_key")),
                    row.getLong("byte_size"),
                    row.getBoolean("deleted"),
                    row.getBoolean("ready")))
        .optional();
  }

  List<Variant> variants(UUID asset) {
    return jdbc.sql(
            """
            select name, format, width, height, byte_size, blob_key
              from variant where asset_id = :asset
            """)
        .param("asset", asset)
        .query(
            (row, _) ->
                new Variant(
                    row.getString("name"),
                    row.getString("format"),
                    row.getInt("width"),
                    row.getInt("height"),
                    row.getLong("byte_size"),
                    row.getString("blob_key")))
        .list();
  }

  Picture picture(UUID asset) {
    return jdbc.sql(
            """
            select width, height, blurhash, thumbhash, dominant_color
              from asset where id = :asset
            """)
        .param("asset", asset)
        .query(
            (row, _) ->
                new Picture(
                    row.getInt("width"),
                    row.getInt("height"),
                    row.getString("blurhash"),
                    row.getString("thumbhash"),
                    row.getString("dominant_color")))
        .single();
  }

  /**
   * Makes variants visible, all or none; to be called in a transaction. A variant that is there
   * already stays as it is, and so does what the asset says of its picture.
   *
   * @return all variants of the asset, or empty if the asset is deleted
   */
  Optional<List<Variant>> publish(UUID asset, Picture picture, List<Variant> made) {
    if (update(asset, picture) == 0) {
      return Optional.empty();
    }
    for (var variant : made) {
      insert(asset, variant);
    }
    return Optional.of(variants(asset));
  }

  // First, since it locks the asset: a delete that commits before us makes this find nothing, and
  // one
  // that comes later finds our rows.
  private int update(UUID asset, Picture picture) {
    return jdbc.sql(
            """
            update asset
               set width = coalesce(width, :width),
                   height = coalesce(height, :height),
                   blurhash = coalesce(blurhash, :blurhash),
                   thumbhash = coalesce(thumbhash, :thumbhash),
                   dominant_color = coalesce(dominant_color, :dominantColor),
                   ready_at = coalesce(ready_at, now())
             where id = :asset and deleted_at is null
            """)
        .param("asset", asset)
        .param("width", picture.width())
        .param("height", picture.height())
        .param("blurhash", picture.blurhash())
        .param("thumbhash", picture.thumbhash())
        .param("dominantColor", picture.dominantColor())
        .update();
  }

  private void insert(UUID asset, Variant variant) {
    jdbc.sql(
            """
            insert into variant (asset_id, name, format, width, height, byte_size, blob_key)
            values (:asset, :name, :format, :width, :height, :byteSize, :blobKey)
            on conflict on constraint variant_pk do nothing
            """)
        .param("asset", asset)
        .param("name", variant.name())
        .param("format", variant.format())
        .param("width", variant.width())
        .param("height", variant.height())
        .param("byteSize", variant.byteSize())
        .param("blobKey", variant.blobKey())
        .update();
  }
}
