package dev.offstage.worker.media;

import dev.offstage.worker.media.vips.NativeBytes;
import dev.offstage.worker.media.vips.Vips;
import dev.offstage.worker.media.vips.VipsUnavailableException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.opentest4j.TestAbortedException;
import org.springframework.util.unit.DataSize;

/** Pictures to test with, and what a renderer makes of them. */
final class Samples {
  static final long MAX_PIXELS = 100_000_000;

  private static final Path PHOTOS = Path.of("/usr/share/forensics-samples/original-files");

  private static @Nullable Vips vips;

  private Samples() {}

  /** The library; a test that asks for it is skipped where it is not installed. */
  static synchronized Vips vips() {
    if (vips == null) {
      vips = load();
    }
    return vips;
  }

  private static Vips load() {
    try {
      return Vips.load("libvips.so.42");
    } catch (VipsUnavailableException e) {
      throw new TestAbortedException("these tests need libvips: " + e.getMessage());
    }
  }

  /** A rendered variant. */
  record Made(WantedVariant wanted, byte[] bytes, int width, int height) {

    /** The colour at a point, as read back from the variant. */
    int[] at(double x, double y) throws Exception {
      try (var encoded = NativeBytes.of(bytes);
          var image = vips().open(encoded)) {
        var pixels = image.pixels();
        int bands = image.bands();
        int at = ((int) (y * (height - 1)) * width + (int) (x * (width - 1))) * bands;
        var colour = new int[bands];
        for (int i = 0; i < bands; i++) {
          colour[i] = Byte.toUnsignedInt(pixels[at + i]);
        }
        return colour;
      }
    }
  }

  record Outcome(ImageRenderer.Rendered rendered, List<Made> variants) {

    Made only() {
      return variants.getFirst();
    }
  }

  static byte[] read(String name) {
    try (var in = Samples.class.getResourceAsStream(name)) {
      return Objects.requireNonNull(in, name).readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A real photo of Debian's forensics-samples-files, if that is installed. */
  static Optional<byte[]> photo(String name) throws IOException {
    var file = PHOTOS.resolve(name);
    return Files.exists(file) ? Optional.of(Files.readAllBytes(file)) : Optional.empty();
  }

  static MediaProperties properties() {
    return new MediaProperties(
        "libvips.so.42",
        Set.of(OriginalFormat.values()),
        DataSize.ofMegabytes(200),
        MAX_PIXELS,
        Map.of(),
        Map.of());
  }

  static ImageRenderer renderer() {
    return new ImageRenderer(vips(), Set.of(OriginalFormat.values()), MAX_PIXELS);
  }

  static List<WantedVariant> wanted(int longEdge, VariantFormat... formats) {
    var wanted = new ArrayList<WantedVariant>();
    for (var format : formats) {
      wanted.add(new WantedVariant(String.valueOf(longEdge), Preset.of(longEdge), format));
    }
    return wanted;
  }

  /** What every upload gets. */
  static List<WantedVariant> defaults() {
    var wanted = new ArrayList<WantedVariant>();
    new TreeMap<>(properties().presets())
        .forEach(
            (name, preset) ->
                preset.formats().forEach(f -> wanted.add(new WantedVariant(name, preset, f))));
    return wanted;
  }

  static Outcome render(byte[] original, List<WantedVariant> wanted) throws Exception {
    var made = new ArrayList<Made>();
    var sink =
        new ImageRenderer.Sink() {
          @Override
          public void decoded() {}

          @Override
          public void variant(WantedVariant variant, byte[] bytes, int width, int height) {
            made.add(new Made(variant, bytes, width, height));
          }
        };
    try (var bytes = NativeBytes.of(original)) {
      return new Outcome(renderer().render(bytes, wanted, sink), made);
    }
  }
}
