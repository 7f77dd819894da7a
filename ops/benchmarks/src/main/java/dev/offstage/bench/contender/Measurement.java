package dev.offstage.bench.contender;

import dev.offstage.bench.report.Figures;
import java.util.Map;
import java.util.TreeMap;

/**
 * What one measurement came to.
 *
 * @param values by unit: {@code jobs/s}, or {@code p50 ms} and {@code p99 ms}
 */
public record Measurement(Map<String, Double> values) {
  public static final String RATE = "jobs/s";

  /** Adds it to a table, as a round's. */
  public void addTo(Figures figures, String figure, String column) {
    new TreeMap<>(values).forEach((unit, value) -> figures.add(figure, unit, column, value));
  }

  public static Measurement rate(long jobs, long nanos) {
    return new Measurement(Map.of(RATE, jobs / (nanos / 1e9)));
  }

  /**
   * @param words p50 and p99 in ns
   */
  public static Measurement waits(String[] words) {
    return new Measurement(
        Map.of("p50 ms", Long.parseLong(words[0]) / 1e6, "p99 ms", Long.parseLong(words[1]) / 1e6));
  }
}
