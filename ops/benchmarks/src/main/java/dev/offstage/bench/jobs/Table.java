package dev.offstage.bench.jobs;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Results as Markdown. */
final class Table {
  private final Results results;
  private final List<String> contenders;
  private final StringBuilder text = new StringBuilder();

  Table(Results results, List<String> contenders) {
    this.results = results;
    this.contenders = contenders;
  }

  /**
   * All tables.
   *
   * @param peaks by process
   */
  String text(Map<String, Long> peaks) {
    figures();
    if (contenders.size() > 1) {
      ratios();
    }
    micros();
    head("process", List.of("peak memory, MiB"));
    peaks.forEach((process, peak) -> row(List.of(process, Spread.number(peak))));
    return text.toString();
  }

  /** Medians of the rounds, with their range. */
  private void figures() {
    head("figure", contenders);
    results
        .values()
        .forEach(
            (row, rounds) ->
                row(
                    row.title(),
                    contenders,
                    name -> rounds.containsKey(name) ? Spread.of(rounds.get(name)).text() : ""));
  }

  /** Of the first contender to each other, round by round. */
  private void ratios() {
    var first = contenders.getFirst();
    var others = contenders.subList(1, contenders.size());
    head(first + " to", others);
    results
        .values()
        .forEach(
            (row, rounds) -> {
              if (rounds.containsKey(first)) {
                row(
                    row.title(),
                    others,
                    name ->
                        rounds.containsKey(name)
                            ? Spread.of(ratios(rounds.get(first), rounds.get(name))).text()
                            : "");
              }
            });
  }

  private static List<Double> ratios(List<Double> ones, List<Double> others) {
    var ratios = new ArrayList<Double>();
    for (int n = 0; n < Math.min(ones.size(), others.size()); n++) {
      ratios.add(ones.get(n) / others.get(n));
    }
    return ratios;
  }

  private void micros() {
    head("CPU time a job, microseconds", contenders);
    results
        .micros()
        .forEach(
            (figure, all) ->
                row(
                    figure.title(),
                    contenders,
                    name -> all.containsKey(name) ? shares(all.get(name)) : ""));
  }

  private static String shares(Map<String, List<Double>> processes) {
    var shares = new LinkedHashMap<String, Double>();
    processes.forEach((process, rounds) -> shares.put(process, Spread.of(rounds).median()));
    double sum = shares.values().stream().mapToDouble(each -> each).sum();
    var parts = new ArrayList<String>();
    shares.forEach(
        (process, micros) -> {
          if (micros >= sum / 100) {
            parts.add(process + " " + Spread.number(micros));
          }
        });
    return Spread.number(sum) + ": " + String.join(", ", parts);
  }

  private void head(String first, List<String> columns) {
    text.append(text.isEmpty() ? "" : "\n");
    var cells = new ArrayList<>(List.of(first));
    cells.addAll(columns);
    row(cells);
    line(cells.size());
  }

  private void line(int columns) {
    text.append("|---".repeat(columns)).append("|\n");
  }

  private void row(String title, List<String> names, Function<String, String> cell) {
    var cells = new ArrayList<>(List.of(title));
    names.forEach(name -> cells.add(cell.apply(name)));
    row(cells);
  }

  private void row(List<String> cells) {
    text.append("| ").append(String.join(" | ", cells)).append(" |\n");
  }
}
