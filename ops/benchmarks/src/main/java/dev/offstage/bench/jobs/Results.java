package dev.offstage.bench.jobs;

import dev.offstage.bench.contender.Figure;
import dev.offstage.bench.contender.Measurement;
import dev.offstage.bench.contender.Probe.Cost;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What the rounds came to. */
final class Results {
  /** One row's name: a figure in one of its units. */
  record Row(Figure figure, String unit) {
    String title() {
      return figure.title() + ", " + unit;
    }
  }

  private final Map<Row, Map<String, List<Double>>> values = new LinkedHashMap<>();
  private final Map<Figure, Map<String, List<Cost>>> costs = new LinkedHashMap<>();

  /** Adds a round's measurement. */
  void add(Figure figure, String contender, Measurement measurement, Cost cost) {
    new TreeMap<>(measurement.values())
        .forEach(
            (unit, value) ->
                values
                    .computeIfAbsent(new Row(figure, unit), row -> new LinkedHashMap<>())
                    .computeIfAbsent(contender, name -> new ArrayList<>())
                    .add(value));
    costs
        .computeIfAbsent(figure, f -> new LinkedHashMap<>())
        .computeIfAbsent(contender, name -> new ArrayList<>())
        .add(cost);
  }

  /** By row and contender, round by round. */
  Map<Row, Map<String, List<Double>>> values() {
    return values;
  }

  /** By figure and contender, round by round. */
  Map<Figure, Map<String, List<Cost>>> costs() {
    return costs;
  }
}
