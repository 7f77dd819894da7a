package dev.offstage.worker.media;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * A size that an image is made in. The picture keeps its aspect and is never enlarged.
 *
 * @param longEdge pixels of the longer edge, 1 to {@value #MAX_LONG_EDGE}
 * @param formats what is made of every image; others can be asked for one by one
 * @param quality of JPEG and WebP, 1 to 100
 * @param avifQuality of AVIF, 1 to 100; its scale differs: 55 looks like a JPEG's 80
 */
public record Preset(
    int longEdge,
    @DefaultValue({"jpeg", "webp"}) List<VariantFormat> formats,
    @DefaultValue("80") int quality,
    @DefaultValue("55") int avifQuality) {
  /** WebP can hold no more. */
  private static final int MAX_LONG_EDGE = 16_383;

  public Preset {
    check("long-edge", longEdge, MAX_LONG_EDGE);
    check("quality", quality, 100);
    check("avif-quality", avifQuality, 100);
    Set<VariantFormat> once = new LinkedHashSet<>(formats);
    formats = List.copyOf(once);
  }

  /** JPEG and WebP at the default qualities. */
  public static Preset of(int longEdge) {
    return new Preset(longEdge, List.of(VariantFormat.JPEG, VariantFormat.WEBP), 80, 55);
  }

  private static void check(String property, int value, int max) {
    if (value < 1 || value > max) {
      throw new IllegalArgumentException(
          "preset: " + property + ": " + value + " (expected: 1 to " + max + ")");
    }
  }
}
