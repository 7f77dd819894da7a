package dev.offstage.bench.jobs;

import dev.offstage.bench.contender.Probe.Cost;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

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
    costs("CPU time a job, microseconds", Table::shares);
    costs("transactions a job", rounds -> median(rounds, Cost::transactions));
    costs("WAL a job, bytes", rounds -> median(rounds, Cost::walBytes));
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

  private void costs(String title, Function<List<Cost>, String> cell) {
    head(title, contenders);
    results
        .costs()
        .forEach(
            (figure, all) ->
                row(
                    figure.title(),
                    contenders,
                    name -> all.containsKey(name) ? cell.apply(all.get(name)) : ""));
  }

  private static String median(List<Cost> rounds, ToDoubleFunction<Cost> part) {
    return Spread.number(Spread.of(rounds.stream().map(part::applyAsDouble).toList()).median());
  }

  private static String shares(List<Cost> rounds) {
    var processes = new TreeSet<String>();
    rounds.forEach(cost -> processes.addAll(cost.micros().keySet()));
    var shares = new LinkedHashMap<String, Double>();
    for (var process : processes) {
      var micros = rounds.stream().map(cost -> cost.micros().getOrDefault(process, 0.0)).toList();
      shares.put(process, Spread.of(micros).median());
    }
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
