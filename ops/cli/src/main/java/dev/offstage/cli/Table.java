package dev.offstage.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;

/** Lines of words, aligned. */
final class Table {
  private final List<String[]> lines = new ArrayList<>();

  Table(String... heads) {
    lines.add(heads);
  }

  void add(Object... cells) {
    var line = new String[cells.length];
    for (int i = 0; i < cells.length; i++) {
      line[i] = String.valueOf(cells[i]);
    }
    lines.add(line);
  }

  /** Prints it, or {@code none} if it has no line. */
  void print(PrintWriter out, String none) {
    if (lines.size() == 1) {
      out.println(none);
      return;
    }
    var widths = new int[lines.getFirst().length];
    for (var line : lines) {
      for (int i = 0; i < line.length; i++) {
        widths[i] = Math.max(widths[i], line[i].length());
      }
    }
    for (var line : lines) {
      var text = new StringBuilder();
      for (int i = 0; i < line.length; i++) {
        text.append(line[i]).append(" ".repeat(widths[i] - line[i].length() + 2));
      }
      out.println(text.toString().stripTrailing());
    }
  }
}
