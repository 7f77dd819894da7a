package dev.offstage.standalone.demo;

import java.util.Optional;

/**
 * A picture's placeholder, as a few cosines: <a href="https://blurha.sh">BlurHash</a>. Its first
 * character says how many, the second how strong they are at most, the next four are the mean
 * colour and then two for each cosine.
 */
final class BlurHash {
  private static final String DIGITS =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz#$%*+,-.:;=?@[]^_{|}~";

  private final int across;
  private final int down;
  private final double[][] colors;

  private BlurHash(int across, int down, double[][] colors) {
    this.across = across;
    this.down = down;
    this.colors = colors;
  }

  /** Empty for what is no BlurHash. */
  static Optional<BlurHash> decode(String hash) {
    if (hash.length() < 6 || hash.chars().anyMatch(c -> DIGITS.indexOf(c) < 0)) {
      return Optional.empty();
    }
    int size = number(hash, 0, 1);
    int across = size % 9 + 1;
    int down = size / 9 + 1;
    if (hash.length() != 4 + 2 * across * down) {
      return Optional.empty();
    }
    double strongest = (number(hash, 1, 2) + 1) / 166.0;
    var colors = new double[across * down][];
    int mean = number(hash, 2, 6);
    colors[0] = new double[] {linear(mean >> 16), linear((mean >> 8) & 0xff), linear(mean & 0xff)};
    for (int i = 1; i < colors.length; i++) {
      int value = number(hash, 4 + 2 * i, 6 + 2 * i);
      colors[i] =
          new double[] {
            strength(value / (19 * 19)) * strongest,
            strength(value / 19 % 19) * strongest,
            strength(value % 19) * strongest
          };
    }
    return Optional.of(new BlurHash(across, down, colors));
  }

  /**
   * The colour at a place, as 0xRRGGBB.
   *
   * @param x from 0 at the left to 1 at the right
   * @param y from 0 at the top to 1 at the bottom
   */
  int color(double x, double y) {
    var sum = new double[3];
    for (int j = 0; j < down; j++) {
      for (int i = 0; i < across; i++) {
        double basis = Math.cos(Math.PI * i * x) * Math.cos(Math.PI * j * y);
        for (int channel = 0; channel < 3; channel++) {
          sum[channel] += colors[j * across + i][channel] * basis;
        }
      }
    }
    return encoded(sum[0]) << 16 | encoded(sum[1]) << 8 | encoded(sum[2]);
  }

  private static int number(String hash, int from, int to) {
    int number = 0;
    for (int i = from; i < to; i++) {
      number = number * 83 + DIGITS.indexOf(hash.charAt(i));
    }
    return number;
  }

  private static double strength(int digit) {
    double part = (digit - 9) / 9.0;
    return Math.copySign(part * part, part);
  }

  private static double linear(int encoded) {
    double value = encoded / 255.0;
    return value <= 0.04045 ? value / 12.92 : Math.pow((value + 0.055) / 1.055, 2.4);
  }

  private static int encoded(double linear) {
    double value = Math.clamp(linear, 0, 1);
    double encoded = value <= 0.0031308 ? value * 12.92 : 1.055 * Math.pow(value, 1 / 2.4) - 0.055;
    return (int) Math.round(encoded * 255);
  }
}
