package dev.offstage.worker.media;

import dev.offstage.worker.media.vips.NativeBytes;
import dev.offstage.worker.media.vips.Vips;
import dev.offstage.worker.media.vips.VipsException;
import dev.offstage.worker.media.vips.VipsImage;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns an original's bytes into variants' bytes: decoded once, to the largest size that is wanted;
 * every smaller one is made from the next larger. Safe on many threads.
 */
public final class ImageRenderer {
  private static final Logger log = LoggerFactory.getLogger(ImageRenderer.class);

  // Measured on 2048 px photos: a higher effort costs far more time than it saves bytes.
  private static final int WEBP_EFFORT = 2;
  private static final int AVIF_EFFORT = 2;

  private final Vips vips;
  private final Set<OriginalFormat> originals;
  private final long maxPixels;

  public ImageRenderer(Vips vips, Set<OriginalFormat> originals, long maxPixels) {
    this.vips = vips;
    this.originals = originals;
    this.maxPixels = maxPixels;
  }

  /** Where the variants go, one by one. */
  public interface Sink {
    void decoded();

    void variant(WantedVariant wanted, byte[] bytes, int width, int height)
        throws IOException, InterruptedException;
  }

  /**
   * What was learned of the original.
   *
   * @param width of the upright picture
   * @param height of the upright picture
   */
  public record Rendered(int width, int height, Placeholders placeholders) {}

  /**
   * @param bytes the original, whole
   * @throws ImageRefusedException if the original is at fault
   * @throws VipsException if it is not: memory ran out, or a variant could not be written
   * @throws InterruptedException noticed between the steps, each of which takes seconds at most
   */
  public Rendered render(NativeBytes bytes, List<WantedVariant> wanted, Sink sink)
      throws ImageRefusedException, VipsException, IOException, InterruptedException {
    var format = formatOf(bytes);
    try {
      int[] size = uprightSize(format, bytes);
      int longest = wanted.stream().mapToInt(w -> w.preset().longEdge()).max().orElse(0);
      var largest = decode(format, bytes, Math.max(longest, Placeholders.LONG_EDGE));
      sink.decoded();
      return new Rendered(size[0], size[1], shrinkAndWrite(largest, wanted, sink));
    } finally {
      vips.releaseThread();
    }
  }

  private OriginalFormat formatOf(NativeBytes bytes) throws ImageRefusedException {
    if (bytes.size() == 0) {
      throw new ImageRefusedException("image-empty", "The file is empty.");
    }
    return OriginalFormat.of(bytes)
        .filter(originals::contains)
        .orElseThrow(
            () ->
                new ImageRefusedException(
                    "image-unsupported",
                    "The file is not an image of a supported format (expected: " + names() + ")."));
  }

  private String names() {
    return originals.stream().sorted().map(Enum::name).collect(Collectors.joining(", "));
  }

  // From the header alone: a bomb is refused before anything of it is decoded.
  private int[] uprightSize(OriginalFormat format, NativeBytes bytes)
      throws ImageRefusedException, VipsException {
    try (var header = vips.open(bytes)) {
      int width = header.width();
      int height = header.height();
      if ((long) width * height > maxPixels) {
        throw new ImageRefusedException(
            "image-too-large",
            "The image has %d x %d pixels (expected: at most %d in all)."
                .formatted(width, height, maxPixels));
      }
      return header.isTurned() ? new int[] {height, width} : new int[] {width, height};
    } catch (VipsException e) {
      throw refusal(format, bytes, e);
    }
  }

  private VipsImage decode(OriginalFormat format, NativeBytes bytes, int longEdge)
      throws ImageRefusedException, VipsException, InterruptedException {
    stopIfInterrupted();
    try (var decoded = vips.openToFit(bytes, longEdge);
        var srgb = decoded.toSrgb()) {
      return srgb.pixelsOnly();
    } catch (VipsException e) {
      throw refusal(format, bytes, e);
    }
  }

  private static ImageRefusedException refusal(
      OriginalFormat format, NativeBytes bytes, VipsException e) throws VipsException {
    if (e.outOfMemory()) {
      throw e;
    }
    log.info("{} of {} bytes refused: {}", format, bytes.size(), oneLine(e));
    return format.isCutOff(bytes)
        ? new ImageRefusedException("image-truncated", "The image file ends too early.")
        : new ImageRefusedException(
            "image-unreadable", "The image is damaged: it cannot be decoded as " + format + ".");
  }

  private static String oneLine(VipsException e) {
    return String.valueOf(e.getMessage()).replaceAll("\\s+", " ");
  }

  private Placeholders shrinkAndWrite(VipsImage largest, List<WantedVariant> wanted, Sink sink)
      throws VipsException, IOException, InterruptedException {
    var current = largest;
    try {
      for (var next : largestFirst(wanted)) {
        stopIfInterrupted();
        if (Math.max(current.width(), current.height()) > next.preset().longEdge()) {
          current = replace(current, next.preset().longEdge());
        }
        sink.variant(next, encode(current, next), current.width(), current.height());
      }
      stopIfInterrupted();
      current = replace(current, Placeholders.LONG_EDGE);
      return Placeholders.of(current.pixels(), current.width(), current.height());
    } finally {
      current.close();
    }
  }

  private static List<WantedVariant> largestFirst(List<WantedVariant> wanted) {
    return wanted.stream()
        .sorted(Comparator.comparingInt((WantedVariant w) -> w.preset().longEdge()).reversed())
        .toList();
  }

  // Into memory at once: a lazy image would be computed again by each encoder that reads it.
  private static VipsImage replace(VipsImage larger, int longEdge) throws VipsException {
    try (var lazy = larger.toFit(longEdge)) {
      var smaller = lazy.pixelsOnly();
      larger.close();
      return smaller;
    }
  }

  static byte[] encode(VipsImage image, WantedVariant wanted) throws VipsException {
    var preset = wanted.preset();
    return switch (wanted.format()) {
      case JPEG -> image.toJpeg(preset.quality());
      case WEBP -> image.toWebp(preset.quality(), WEBP_EFFORT);
      case AVIF -> image.toAvif(preset.avifQuality(), AVIF_EFFORT);
      case PNG -> image.toPng();
    };
  }

  private static void stopIfInterrupted() throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException("between two steps of an image");
    }
  }
}
