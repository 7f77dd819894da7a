package dev.offstage.worker.media;

import java.util.Arrays;

/**
 * Encodes a picture in about 25 bytes that draw a blurred preview with its aspect and its alpha, as
 * Evan Wallace's ThumbHash defines it. Bit for bit what the reference encoder gives.
 *
 * <p>A picture is split into luminance, yellow to blue, red to green and alpha; each is written as
 * its mean and a few low frequencies of its cosine transform, scaled by the largest.
 */
final class ThumbHash {
  private static final int MAX_EDGE = 100;

  private ThumbHash() {}

  /** A channel's mean, its frequencies (0 to 1, 0.5 is none) and what they were scaled by. */
  private record Channel(double mean, double[] waves, double scale) {

    static Channel of(double[] values, int width, int height, int nx, int ny) {
      var found = new double[nx * ny];
      int count = 0;
      double mean = 0;
      double scale = 0;
      var fx = new double[width];
      for (int cy = 0; cy < ny; cy++) {
        for (int cx = 0; cx * ny < nx * (ny - cy); cx++) {
          double wave = wave(values, width, height, cx, cy, fx);
          if (cx == 0 && cy == 0) {
            mean = wave;
          } else {
            found[count++] = wave;
            scale = Math.max(scale, Math.abs(wave));
          }
        }
      }
      var waves = Arrays.copyOf(found, count);
      if (scale > 0) {
        for (int i = 0; i < count; i++) {
          waves[i] = 0.5 + 0.5 / scale * waves[i];
        }
      }
      return new Channel(mean, waves, scale);
    }

    // StrictMath, whose cosine is that of JavaScript engines: a wave that is zero but for rounding
    // falls on either side otherwise.
    private static double wave(
        double[] values, int width, int height, int cx, int cy, double[] fx) {
      for (int x = 0; x < width; x++) {
        fx[x] = StrictMath.cos(Math.PI / width * cx * (x + 0.5));
      }
      double sum = 0;
      for (int y = 0; y < height; y++) {
        double fy = StrictMath.cos(Math.PI / height * cy * (y + 0.5));
        for (int x = 0; x < width; x++) {
          sum += values[x + y * width] * fx[x] * fy;
        }
      }
      return sum / (width * height);
    }
  }

  /**
   * @param rgba {@code width * height * 4} bytes, row by row, not premultiplied
   * @param width 1 to {@value #MAX_EDGE}
   * @param height 1 to {@value #MAX_EDGE}
   */
  static byte[] of(byte[] rgba, int width, int height) {
    if (width < 1 || height < 1 || width > MAX_EDGE || height > MAX_EDGE) {
      throw new IllegalArgumentException(
          "size: " + width + "x" + height + " (expected: at most " + MAX_EDGE + ")");
    }
    var mean = meanColour(rgba, width * height);
    var planes = Planes.of(rgba, width * height, mean);
    boolean hasAlpha = mean[3] < width * height;
    int limit = hasAlpha ? 5 : 7;
    int longEdge = Math.max(width, height);
    int lx = Math.max(1, round((double) (limit * width) / longEdge));
    int ly = Math.max(1, round((double) (limit * height) / longEdge));
    var luminance = Channel.of(planes.l, width, height, Math.max(3, lx), Math.max(3, ly));
    var yellowBlue = Channel.of(planes.p, width, height, 3, 3);
    var redGreen = Channel.of(planes.q, width, height, 3, 3);
    boolean landscape = width > height;
    int shortEdgeWaves = landscape ? ly : lx;
    if (!hasAlpha) {
      return write(shortEdgeWaves, landscape, luminance, yellowBlue, redGreen);
    }
    var alpha = Channel.of(planes.a, width, height, 5, 5);
    return write(shortEdgeWaves, landscape, luminance, yellowBlue, redGreen, alpha);
  }

  /** A picture as luminance, yellow against blue, red against green, and alpha. */
  private record Planes(double[] l, double[] p, double[] q, double[] a) {
    static Planes of(byte[] rgba, int pixels, double[] mean) {
      var planes =
          new Planes(
              new double[pixels], new double[pixels], new double[pixels], new double[pixels]);
      for (int i = 0; i < pixels; i++) {
        // What is transparent shows the mean colour.
        double alpha = u8(rgba, i, 3) / 255.0;
        double r = mean[0] * (1 - alpha) + alpha / 255 * u8(rgba, i, 0);
        double g = mean[1] * (1 - alpha) + alpha / 255 * u8(rgba, i, 1);
        double b = mean[2] * (1 - alpha) + alpha / 255 * u8(rgba, i, 2);
        planes.l[i] = (r + g + b) / 3;
        planes.p[i] = (r + g) / 2 - b;
        planes.q[i] = r - g;
        planes.a[i] = alpha;
      }
      return planes;
    }
  }

  /** Red, green, blue (0 to 1) as alpha weighs them, and the sum of alpha. */
  private static double[] meanColour(byte[] rgba, int pixels) {
    var mean = new double[4];
    for (int i = 0; i < pixels; i++) {
      double alpha = u8(rgba, i, 3) / 255.0;
      for (int band = 0; band < 3; band++) {
        mean[band] += alpha / 255 * u8(rgba, i, band);
      }
      mean[3] += alpha;
    }
    if (mean[3] > 0) {
      for (int band = 0; band < 3; band++) {
        mean[band] /= mean[3];
      }
    }
    return mean;
  }

  private static byte[] write(int shortEdgeWaves, boolean landscape, Channel... channels) {
    var l = channels[0];
    var p = channels[1];
    var q = channels[2];
    boolean hasAlpha = channels.length > 3;
    int header24 =
        round(63 * l.mean)
            | round(31.5 + 31.5 * p.mean) << 6
            | round(31.5 + 31.5 * q.mean) << 12
            | round(31 * l.scale) << 18
            | (hasAlpha ? 1 << 23 : 0);
    int header16 =
        shortEdgeWaves
            | round(63 * p.scale) << 3
            | round(63 * q.scale) << 9
            | (landscape ? 1 << 15 : 0);
    int start = hasAlpha ? 6 : 5;
    int waves = Arrays.stream(channels).mapToInt(channel -> channel.waves.length).sum();
    var hash = new byte[start + (waves + 1) / 2];
    hash[0] = (byte) header24;
    hash[1] = (byte) (header24 >> 8);
    hash[2] = (byte) (header24 >> 16);
    hash[3] = (byte) header16;
    hash[4] = (byte) (header16 >> 8);
    if (hasAlpha) {
      hash[5] = (byte) (round(15 * channels[3].mean) | round(15 * channels[3].scale) << 4);
    }
    int index = 0;
    for (var channel : channels) {
      for (double wave : channel.waves) {
        hash[start + (index >> 1)] |= (byte) (round(15 * wave) << ((index & 1) << 2));
        index++;
      }
    }
    return hash;
  }

  private static int round(double value) {
    return (int) Math.round(value);
  }

  private static int u8(byte[] rgba, int pixel, int band) {
    return Byte.toUnsignedInt(rgba[pixel * 4 + band]);
  }
}
