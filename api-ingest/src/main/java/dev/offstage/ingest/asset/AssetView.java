package dev.offstage.ingest.asset;

import dev.offstage.ingest.job.JobView.JobError;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * An asset on the wire. Null until known: the picture's size and placeholders.
 *
 * @param mediaType what its bytes are, whatever was claimed
 * @param filename as claimed
 * @param thumbhash base64
 * @param dominantColor #rrggbb
 * @param job that makes its variants; null if it needs none
 * @param error why it failed
 */
@Schema(name = "Asset")
record AssetView(
    String id,
    @Schema(allowableValues = {"processing", "ready", "failed"}) String state,
    String mediaType,
    @Nullable String filename,
    long byteSize,
    @Nullable Integer width,
    @Nullable Integer height,
    @Nullable String blurhash,
    @Nullable String thumbhash,
    @Nullable String dominantColor,
    Instant createdAt,
    List<VariantView> variants,
    OriginalView original,
    @Nullable WorkView job,
    @Nullable JobError error) {

  /** The bytes as they were uploaded. */
  @Schema(name = "Original")
  record OriginalView(@Schema(format = "uri") String url) {}

  /** A rendition. */
  @Schema(name = "Variant")
  record VariantView(
      String name,
      String format,
      int width,
      int height,
      long byteSize,
      @Schema(format = "uri") String url) {}

  /** How far the work has come. */
  @Schema(name = "AssetJob")
  record WorkView(String id, String state, float progress) {}

  static AssetView of(Asset asset, List<Variant> variants, AssetUrls urls) {
    var work = asset.job();
    return new AssetView(
        asset.id().toString(),
        asset.state().name().toLowerCase(Locale.ROOT),
        asset.mediaType(),
        asset.filename(),
        asset.byteSize(),
        asset.width(),
        asset.height(),
        asset.blurhash(),
        asset.thumbhash(),
        asset.dominantColor(),
        asset.createdAt(),
        variants.stream().map(variant -> variant(asset, variant, urls)).toList(),
        new OriginalView(urls.original(asset.id())),
        work == null
            ? null
            : new WorkView(work.id().toString(), work.state().text(), work.progress()),
        JobError.of(asset.failure()));
  }

  static VariantView variant(Asset asset, Variant variant, AssetUrls urls) {
    return new VariantView(
        variant.name(),
        variant.format(),
        variant.width(),
        variant.height(),
        variant.byteSize(),
        urls.variant(asset.id(), variant.name(), variant.format()));
  }
}
