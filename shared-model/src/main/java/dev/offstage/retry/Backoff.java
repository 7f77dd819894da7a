package dev.offstage.retry;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * Exponential backoff with jitter: the n-th failure waits {@code first * 2^(n-1)}, at most {@code
 * max}, less a random part of up to {@code jitter} of it, so that what failed together does not
 * come back together.
 *
 * @param jitter 0 (none) to 1 ("full jitter")
 */
public record Backoff(Duration first, Duration max, double jitter) {

  public static final Backoff DEFAULT =
      new Backoff(Duration.ofSeconds(2), Duration.ofHours(1), 0.25);

  /**
   * @throws IllegalArgumentException naming the field, its value and what was expected
   */
  public Backoff {
    if (!first.isPositive() || max.compareTo(first) < 0) {
      throw new IllegalArgumentException(
          "backoff: first " + first + ", max " + max + " (expected: 0 < first <= max)");
    }
    if (!(jitter >= 0 && jitter <= 1)) {
      throw new IllegalArgumentException("jitter: " + jitter + " (expected: 0 to 1)");
    }
  }

  /**
   * How long to wait after an attempt has failed.
   *
   * @param attempt the one that failed, from 1
   */
  public Duration delayAfter(int attempt, RandomGenerator random) {
    double doubled = first.toMillis() * Math.pow(2, Math.max(0, attempt - 1));
    double capped = Math.min(doubled, max.toMillis());
    return Duration.ofMillis(Math.round(capped * (1 - jitter * random.nextDouble())));
  }
}
