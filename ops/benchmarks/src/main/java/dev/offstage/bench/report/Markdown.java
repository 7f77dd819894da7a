package dev.offstage.bench.report;

import java.util.ArrayList;
import java.util.List;

/** Tables, one below the other. */
public final class Markdown {
  private final StringBuilder text = new StringBuilder();

  /** Begins a table. */
  public Markdown head(String first, List<String> columns) {
    text.append(text.isEmpty() ? "" : "\n");
    row(first, columns);
    text.append("|---".repeat(columns.size() + 1)).append("|\n");
    return this;
  }

  public Markdown row(String first, List<String> cells) {
    var all = new ArrayList<>(List.of(first));
    all.addAll(cells);
    text.append("| ").append(String.join(" | ", all)).append(" |\n");
    return this;
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
