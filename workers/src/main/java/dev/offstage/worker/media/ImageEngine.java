package dev.offstage.worker.media;

import dev.offstage.worker.media.vips.NativeBytes;
import dev.offstage.worker.media.vips.Vips;
import dev.offstage.worker.media.vips.VipsException;
import dev.offstage.worker.media.vips.VipsUnavailableException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The renderer, or why there is none: libvips may be missing on this machine, or be built without a
 * codec. Every codec is tried on a tiny picture, since a library may name a format whose codec it
 * lacks.
 */
final class ImageEngine {
  private static final Preset PROBE = Preset.of(64);

  private final @Nullable ImageRenderer renderer;
  private final @Nullable String lacks;

  private ImageEngine(@Nullable ImageRenderer renderer, @Nullable String lacks) {
    this.renderer = renderer;
    this.lacks = lacks;
  }

  static ImageEngine of(MediaProperties properties) {
    try {
      var vips = Vips.load(properties.libvips());
      var missing = missingCodecs(vips, properties.originals());
      return missing.isEmpty()
          ? new ImageEngine(
              new ImageRenderer(vips, properties.originals(), properties.maxPixels()), null)
          : new ImageEngine(
              null,
              properties.libvips()
                  + " cannot "
                  + String.join(", cannot ", missing)
                  + ": install a libvips that can (Debian's libvips42 does)"
                  + ", or name fewer formats in offstage.media.originals");
    } catch (VipsUnavailableException e) {
      return new ImageEngine(
          null, e.getMessage() + ": apt-get install libvips42, or set offstage.media.libvips");
    }
  }

  Optional<String> lacks() {
    return Optional.ofNullable(lacks);
  }

  ImageRenderer renderer() {
    if (renderer == null) {
      throw new IllegalStateException(lacks);
    }
    return renderer;
  }

  private static List<String> missingCodecs(Vips vips, Set<OriginalFormat> originals) {
    var missing = new ArrayList<String>();
    try (var picture = vips.black(64, 64)) {
      for (var format : VariantFormat.values()) {
        try {
          var written = ImageRenderer.encode(picture, new WantedVariant("", PROBE, format));
          if (originals.contains(OriginalFormat.of(format))) {
            missing.addAll(unreadable(vips, OriginalFormat.of(format), written));
          }
        } catch (VipsException e) {
          missing.add("write " + format + " (" + e.getMessage() + ")");
        }
      }
      if (originals.contains(OriginalFormat.HEIC)) {
        missing.addAll(unreadable(vips, OriginalFormat.HEIC, sample()));
      }
    } catch (VipsException e) {
      missing.add("keep a picture (" + e.getMessage() + ")");
    } finally {
      vips.releaseThread();
    }
    return missing;
  }

  private static List<String> unreadable(Vips vips, OriginalFormat format, byte[] sample) {
    try (var bytes = NativeBytes.of(sample);
        var picture = vips.openToFit(bytes, 64)) {
      return picture.pixels().length >= 64 * 64 * 3 ? List.of() : List.of("read " + format);
    } catch (VipsException e) {
      return List.of("read " + format + " (" + e.getMessage() + ")");
    }
  }

  // No encoder of HEIC is needed anywhere else, so that its sample is a file.
  private static byte[] sample() {
    try (var in = ImageEngine.class.getResourceAsStream("probe.heic")) {
      if (in == null) {
        throw new IllegalStateException("probe.heic is missing beside " + ImageEngine.class);
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
