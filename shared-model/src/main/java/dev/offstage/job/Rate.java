package dev.offstage.job;

import java.time.Duration;

/**
 * So many starts in any such time, evenly spread.
 *
 * @param per 1 ms to a day
 */
public record Rate(int starts, Duration per) {
  /**
   * @throws IllegalArgumentException naming the field, its value and what was expected
   */
  public Rate {
    if (starts < 1 || starts > 1_000_000) {
      throw new IllegalArgumentException("rate: " + starts + " starts (expected: 1 to 1000000)");
    }
    if (per.toMillis() < 1 || per.compareTo(Duration.ofDays(1)) > 0) {
      throw new IllegalArgumentException("rate: per " + per + " (expected: 1 ms to a day)");
    }
  }
}
