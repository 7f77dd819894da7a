package dev.offstage.bench.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;

/** One table of figures: rows of what was measured, columns of whom or what it was measured for. */
public final class Figures {
  /** A row's name. */
  private record Row(String figure, String unit) {}

  /**
   * A row as JSON has it.
   *
   * @param rounds by column
   */
  public record Line(
      String figure, String unit, String expected, Map<String, List<Double>> rounds) {

    /** A cell's text; empty where nothing was measured. */
    String cell(String column) {
      var each = rounds.get(column);
      return each == null ? "" : Spread.of(each).text();
    }
  }

  private final Map<Row, Map<String, List<Double>>> values = new LinkedHashMap<>();
  private final Map<Row, String> expected = new LinkedHashMap<>();
  private final String head;

  Figures(String head) {
    this.head = head;
  }

  /** Adds a round's value. */
  public void add(String figure, String unit, String column, double value) {
    values
        .computeIfAbsent(new Row(figure, unit), row -> new LinkedHashMap<>())
        .computeIfAbsent(column, name -> new ArrayList<>())
        .add(value);
  }

  /** Says what should come out; shown beside what did. */
  public void expect(String figure, String unit, String text) {
    expected.put(new Row(figure, unit), text);
  }

  /** Of the first column to each other, round by round, as a table of its own. */
  Figures ratiosTo(String first) {
    var ratios = new Figures(first + " to");
    values.forEach(
        (row, columns) ->
            columns.forEach(
                (column, rounds) -> {
                  var ours = columns.getOrDefault(first, List.of());
                  for (int n = 0;
                      !column.equals(first) && n < ours.size() && n < rounds.size();
                      n++) {
                    ratios.add(row.figure(), row.unit(), column, ours.get(n) / rounds.get(n));
                  }
                }));
    return ratios;
  }

  /** Adds to another table, column by column and round by round, what share a row is of another. */
  public void share(String figure, String ofFigure, String unit, Figures shares) {
    var whole = values.getOrDefault(new Row(ofFigure, unit), Map.of());
    values
        .getOrDefault(new Row(figure, unit), Map.of())
        .forEach(
            (column, rounds) -> {
              var wholes = whole.getOrDefault(column, List.of());
              for (int n = 0; n < rounds.size() && n < wholes.size(); n++) {
                shares.add(figure, "%", column, 100 * rounds.get(n) / wholes.get(n));
              }
            });
  }

  String head() {
    return head;
  }

  List<Line> lines() {
    return values.entrySet().stream()
        .map(
            each ->
                new Line(
                    each.getKey().figure(),
                    each.getKey().unit(),
                    expected.getOrDefault(each.getKey(), ""),
                    each.getValue()))
        .toList();
  }

  void write(Markdown markdown) {
    var columns = new LinkedHashSet<String>();
    values.values().forEach(rounds -> columns.addAll(rounds.keySet()));
    var heads = new ArrayList<>(columns);
    if (!expected.isEmpty()) {
      heads.add("expected");
    }
    markdown.head(head, heads);
    for (var line : lines()) {
      var cells = new ArrayList<>(columns.stream().map(line::cell).toList());
      if (!expected.isEmpty()) {
        cells.add(line.expected());
      }
      markdown.row(line.figure() + ", " + line.unit(), cells);
    }
  }
}
