package dev.offstage.worker.media;

import dev.offstage.blob.BlobMissingException;
import dev.offstage.blob.BlobStore;
import dev.offstage.job.JobFailure;
import dev.offstage.job.JobKind;
import dev.offstage.job.Outcome;
import dev.offstage.worker.handler.ClaimLostException;
import dev.offstage.worker.handler.JobContext;
import dev.offstage.worker.handler.JobHandler;
import dev.offstage.worker.media.ImageAssets.Original;
import dev.offstage.worker.media.ImageAssets.Picture;
import dev.offstage.worker.media.ImageAssets.Variant;
import dev.offstage.worker.media.vips.VipsException;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;
import tools.jackson.databind.json.JsonMapper;

/**
 * Runs {@code media.image}: makes an asset's variants and placeholders, and makes them visible all
 * or none.
 *
 * <p>May be killed at any line: until the transaction commits nothing names the blobs that were
 * written, and the next claim's success deletes them; once it has, the next claim finds every
 * variant there and completes with the same result.
 */
final class ImageHandler implements JobHandler<ImageWork> {
  private static final JobKind KIND = new JobKind("media.image");

  private final ImageEngine engine;
  private final Wishes wishes;
  private final OriginalReader originals;
  private final ImageAssets assets;
  private final BlobStore blobs;
  private final JsonMapper json;

  ImageHandler(
      ImageEngine engine,
      Wishes wishes,
      OriginalReader originals,
      ImageAssets assets,
      BlobStore blobs,
      JsonMapper json) {
    this.engine = engine;
    this.wishes = wishes;
    this.originals = originals;
    this.assets = assets;
    this.blobs = blobs;
    this.json = json;
  }

  /** The job's result, as apps read it. */
  record Result(
      UUID asset,
      List<MadeVariant> variants,
      int width,
      int height,
      @Nullable String blurhash,
      @Nullable String thumbhash,
      @Nullable String dominantColor) {}

  /** A variant in a result. */
  record MadeVariant(String name, String format, int width, int height, long byteSize) {}

  @Override
  public JobKind kind() {
    return KIND;
  }

  @Override
  public Class<ImageWork> payloadType() {
    return ImageWork.class;
  }

  @Override
  public Optional<String> lacks() {
    return engine.lacks();
  }

  @Override
  public Outcome run(ImageWork work, JobContext context) throws Exception {
    MDC.put("assetId", work.asset().toString());
    try {
      var wanted = wishes.of(work, context.tenant());
      var original = assets.find(work.asset(), context.tenant(), context.owner());
      if (original.isEmpty()) {
        throw new ImageRefusedException("asset-unknown", "There is no asset " + work.asset() + ".");
      }
      return original.get().deleted() ? deleted() : run(work, original.get(), wanted, context);
    } catch (ImageRefusedException e) {
      return new Outcome.Discard(e.failure());
    } catch (ClosedByInterruptException e) {
      throw new InterruptedException("while reading or writing a blob");
    }
  }

  private Outcome run(
      ImageWork work, Original original, List<WantedVariant> wanted, JobContext context)
      throws Exception {
    var written = new VariantBlobs(blobs, work.asset(), context.jobId(), context.claimNo());
    var there = assets.variants(work.asset());
    var missing = wanted.stream().filter(w -> there.stream().noneMatch(v -> v.is(w))).toList();
    if (original.ready() && missing.isEmpty()) {
      return complete(work.asset(), there, wanted, written);
    }
    var made = new ArrayList<Variant>();
    Picture picture;
    try {
      picture = make(original, missing, made, written, context);
    } catch (BlobMissingException e) {
      return missing(work, context, e);
    } catch (VipsException e) {
      written.deleteWritten();
      var reason = e.outOfMemory() ? "out-of-memory" : "image-not-written";
      return new Outcome.Retry(new JobFailure(reason, String.valueOf(e.getMessage())), null);
    } catch (Throwable e) {
      written.deleteWritten();
      throw e;
    }
    var published = publish(work.asset(), picture, made, written, context);
    if (published.isEmpty()) {
      written.deleteWritten();
      return deleted();
    }
    return complete(work.asset(), published.get(), wanted, written);
  }

  private Picture make(
      Original original,
      List<WantedVariant> missing,
      List<Variant> made,
      VariantBlobs written,
      JobContext context)
      throws Exception {
    context.progress(0.05, "reading the original");
    try (var bytes = originals.read(original)) {
      var sink =
          new ImageRenderer.Sink() {
            @Override
            public void decoded() {
              context.progress(0.3, "decoded");
            }

            @Override
            public void variant(WantedVariant wanted, byte[] encoded, int width, int height)
                throws IOException {
              var key = written.put(wanted, encoded);
              made.add(
                  new Variant(
                      wanted.name(),
                      wanted.format().text(),
                      width,
                      height,
                      encoded.length,
                      key.path()));
              context.progress(
                  0.3 + 0.65 * made.size() / missing.size(),
                  made.size() + " of " + missing.size() + " variants");
            }
          };
      return Picture.of(engine.renderer().render(bytes, missing, sink));
    }
  }

  // Whether a commit took place that failed otherwise than by a lost claim is unknown: rows may
  // name
  // the blobs, so they stay. The next claim knows, and tidies up.
  private Optional<List<Variant>> publish(
      UUID asset, Picture picture, List<Variant> made, VariantBlobs written, JobContext context) {
    try {
      return context.inTransaction(() -> assets.publish(asset, picture, made));
    } catch (ClaimLostException e) {
      written.deleteWritten();
      throw e;
    }
  }

  private Outcome complete(
      UUID asset, List<Variant> visible, List<WantedVariant> wanted, VariantBlobs written) {
    written.deleteAllBut(
        visible.stream().map(Variant::blobKey).collect(Collectors.toSet()), wanted);
    var made =
        wanted.stream()
            .flatMap(w -> visible.stream().filter(v -> v.is(w)))
            .map(v -> new MadeVariant(v.name(), v.format(), v.width(), v.height(), v.byteSize()))
            .toList();
    var picture = assets.picture(asset);
    return new Outcome.Complete(
        json.writeValueAsString(
            new Result(
                asset,
                made,
                picture.width(),
                picture.height(),
                picture.blurhash(),
                picture.thumbhash(),
                picture.dominantColor())));
  }

  // A deleted asset's bytes go at any time.
  private Outcome missing(ImageWork work, JobContext context, BlobMissingException e) {
    boolean gone =
        assets
            .find(work.asset(), context.tenant(), context.owner())
            .map(Original::deleted)
            .orElse(true);
    return gone
        ? deleted()
        : new Outcome.Discard(new JobFailure("original-missing", String.valueOf(e.getMessage())));
  }

  private static Outcome deleted() {
    return new Outcome.Cancel("the asset was deleted");
  }
}
