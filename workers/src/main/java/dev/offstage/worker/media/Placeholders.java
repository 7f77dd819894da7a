package dev.offstage.worker.media;

import io.trbl.blurhash.BlurHash;
import java.util.Base64;
import java.util.Locale;

/**
 * What an app shows while an image loads.
 *
 * @param blurhash 3 to 5 components a side, by the aspect; transparency shows as white
 * @param thumbhash base64; holds aspect and transparency
 * @param dominantColor {@code #rrggbb}: the mean of the pixels in the fullest of 512 equal cells of
 *     the RGB cube, each pixel counted by its alpha; white if nothing is visible
 */
public record Placeholders(String blurhash, String thumbhash, String dominantColor) {
  /** What the image must fit for {@link #of}. */
  static final int LONG_EDGE = 100;

  /**
   * @param pixels interleaved 8-bit sRGB with or without alpha, at most {@value #LONG_EDGE} pixels
   *     a side
   */
  static Placeholders of(byte[] pixels, int width, int height) {
    int count = width * height;
    var rgba = pixels.length == count * 4 ? pixels : opaque(pixels, count);
    return new Placeholders(
        blurhash(rgba, width, height),
        Base64.getEncoder().encodeToString(ThumbHash.of(rgba, width, height)),
        dominant(rgba, count));
  }

  private static byte[] opaque(byte[] rgb, int count) {
    var rgba = new byte[count * 4];
    for (int i = 0; i < count; i++) {
      System.arraycopy(rgb, i * 3, rgba, i * 4, 3);
      rgba[i * 4 + 3] = (byte) 255;
    }
    return rgba;
  }

  private static String blurhash(byte[] rgba, int width, int height) {
    var packed = new int[width * height];
    for (int i = 0; i < packed.length; i++) {
      packed[i] = onWhite(rgba, i, 0) << 16 | onWhite(rgba, i, 1) << 8 | onWhite(rgba, i, 2);
    }
    return BlurHash.encode(
        packed, width, height, components(width, height), components(height, width));
  }

  private static int components(int edge, int other) {
    return edge * 3 > other * 4 ? 5 : edge * 4 < other * 3 ? 3 : 4;
  }

  private static int onWhite(byte[] rgba, int pixel, int band) {
    int alpha = u8(rgba, pixel, 3);
    return (u8(rgba, pixel, band) * alpha + 255 * (255 - alpha) + 127) / 255;
  }

  private static String dominant(byte[] rgba, int count) {
    var cells = new long[512][4];
    for (int i = 0; i < count; i++) {
      int alpha = u8(rgba, i, 3);
      int cell = u8(rgba, i, 0) >> 5 << 6 | u8(rgba, i, 1) >> 5 << 3 | u8(rgba, i, 2) >> 5;
      for (int band = 0; band < 3; band++) {
        cells[cell][band] += (long) alpha * u8(rgba, i, band);
      }
      cells[cell][3] += alpha;
    }
    var fullest = cells[0];
    for (var cell : cells) {
      fullest = cell[3] > fullest[3] ? cell : fullest;
    }
    long weight = fullest[3];
    return weight == 0
        ? "#ffffff"
        : String.format(
            Locale.ROOT,
            "#%02x%02x%02x",
            fullest[0] / weight,
            fullest[1] / weight,
            fullest[2] / weight);
  }

  private static int u8(byte[] rgba, int pixel, int band) {
    return Byte.toUnsignedInt(rgba[pixel * 4 + band]);
  }
}
