package dev.offstage.bench.contender;

import java.util.Map;

/**
 * What one measurement came to.
 *
 * @param values by unit: {@code jobs/s}, or {@code p50 ms} and {@code p99 ms}
 */
public record Measurement(Map<String, Double> values) {
  public static final String RATE = "jobs/s";

  static Measurement rate(long jobs, long nanos) {
    return new Measurement(Map.of(RATE, jobs / (nanos / 1e9)));
  }

  /**
   * @param words p50 and p99 in ns
   */
  static Measurement waits(String[] words) {
    return new Measurement(
        Map.of("p50 ms", Long.parseLong(words[0]) / 1e6, "p99 ms", Long.parseLong(words[1]) / 1e6));
  }
}
