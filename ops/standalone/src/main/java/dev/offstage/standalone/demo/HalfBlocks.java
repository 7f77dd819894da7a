package dev.offstage.standalone.demo;

import java.util.List;
import java.util.stream.IntStream;

/** Pictures on a terminal that knows 24-bit colours: two pixels to a character. */
final class HalfBlocks {
  private HalfBlocks() {}

  /**
   * @param rows of pixels; even
   */
  static List<String> lines(BlurHash picture, int columns, int rows) {
    return IntStream.range(0, rows / 2)
        .mapToObj(line -> line(picture, columns, rows, 2 * line))
        .toList();
  }

  private static String line(BlurHash picture, int columns, int rows, int row) {
    var line = new StringBuilder();
    for (int column = 0; column < columns; column++) {
      double x = (column + 0.5) / columns;
      line.append("\033[38;2;").append(color(picture.color(x, (row + 0.5) / rows))).append('m');
      line.append("\033[48;2;").append(color(picture.color(x, (row + 1.5) / rows))).append('m');
      line.append('▀');
    }
    return line.append("\033[0m").toString();
  }

  private static String color(int rgb) {
    return "%d;%d;%d".formatted(rgb >> 16, (rgb >> 8) & 0xff, rgb & 0xff);
  }
}
