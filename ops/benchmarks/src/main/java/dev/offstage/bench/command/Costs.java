package dev.offstage.bench.command;

import dev.offstage.bench.contender.Figure;
import dev.offstage.bench.contender.Probe.Cost;
import dev.offstage.bench.report.Markdown;
import dev.offstage.bench.report.Report;
import dev.offstage.bench.report.Spread;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/** What a job costs, by figure and contender. */
final class Costs {
  private final Map<Figure, Map<String, List<Cost>>> costs = new LinkedHashMap<>();
  private final List<String> contenders;

  Costs(List<String> contenders) {
    this.contenders = contenders;
  }

  /** Adds a round's. */
  void add(Figure figure, String contender, Cost cost) {
    costs
        .computeIfAbsent(figure, f -> new LinkedHashMap<>())
        .computeIfAbsent(contender, name -> new ArrayList<>())
        .add(cost);
  }

  void attachTo(Report report) {
    var markdown = new Markdown();
    table(markdown, "CPU time a job, microseconds", Costs::shares);
    table(markdown, "transactions a job", rounds -> median(rounds, Cost::transactions));
    table(markdown, "WAL a job, bytes", rounds -> median(rounds, Cost::walBytes));
    report.attach("cost of a job", costs, markdown.toString());
  }

  private void table(Markdown markdown, String title, Function<List<Cost>, String> cell) {
    markdown.head(title, contenders);
    costs.forEach(
        (figure, all) ->
            markdown.row(
                figure.title(),
                contenders.stream()
                    .map(name -> all.containsKey(name) ? cell.apply(all.get(name)) : "")
                    .toList()));
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
}
