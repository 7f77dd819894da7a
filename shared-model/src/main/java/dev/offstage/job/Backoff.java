package dev.offstage.job;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * How long a job waits after its n-th failed attempt. A random part of up to {@code jitter} of each
 * wait (0 none, 1 "full jitter") is left off, so that what failed together does not come back
 * together.
 */
public sealed interface Backoff {
  /** No wait may be longer. Stands before those that are checked against it. */
  Duration MOST = Duration.ofDays(30);

  /** Jitter of the shapes that do not say. */
  double DEFAULT_JITTER = 0.25;

  Backoff DEFAULT = new Exponential(Duration.ofSeconds(2), Duration.ofHours(1), DEFAULT_JITTER);

  /** {@code first * 2^(n-1)}, at most {@code max}. */
  record Exponential(Duration first, Duration max, double jitter) implements Backoff {
    public Exponential {
      checkRange(first, max);
      checkJitter(jitter);
    }

    @Override
    public Duration unjittered(int attempt) {
      return capped(first.toMillis() * Math.pow(2, attempt - 1), max);
    }

    @Override
    public String text() {
      return "exponential " + first + " " + max + " " + jitter;
    }
  }

  /** {@code first * n^degree}, at most {@code max}. */
  record Polynomial(Duration first, double degree, Duration max, double jitter) implements Backoff {
    public Polynomial {
      checkRange(first, max);
      checkJitter(jitter);
      if (!(degree > 0 && degree <= 10)) {
        throw new IllegalArgumentException(
            "backoff degree: " + degree + " (expected: > 0, at most 10)");
      }
    }

    @Override
    public Duration unjittered(int attempt) {
      return capped(first.toMillis() * Math.pow(attempt, degree), max);
    }

    @Override
    public String text() {
      return "polynomial " + first + " " + degree + " " + max + " " + jitter;
    }
  }

  /** Always the same. */
  record Fixed(Duration delay, double jitter) implements Backoff {
    public Fixed {
      checkRange(delay, delay);
      checkJitter(jitter);
    }

    @Override
    public Duration unjittered(int attempt) {
      return delay;
    }

    @Override
    public String text() {
      return "fixed " + delay + " " + jitter;
    }
  }

  /** One after the other; the last for good. */
  record Table(List<Duration> delays, double jitter) implements Backoff {
    private static final int MAX = 50;

    public Table {
      delays = List.copyOf(delays);
      if (delays.isEmpty() || delays.size() > MAX) {
        throw new IllegalArgumentException(
            "backoff delays: " + delays.size() + " of them (expected: 1 to " + MAX + ")");
      }
      delays.forEach(delay -> checkRange(delay, delay));
      checkJitter(jitter);
    }

    @Override
    public Duration unjittered(int attempt) {
      return delays.get(Math.min(attempt, delays.size()) - 1);
    }

    @Override
    public String text() {
      return "table "
          + delays.stream().map(Duration::toString).collect(Collectors.joining(","))
          + " "
          + jitter;
    }
  }

  double jitter();

  /**
   * The longest wait after an attempt has failed.
   *
   * @param attempt the one that failed, from 1
   */
  Duration unjittered(int attempt);

  /** As it is stored: the shape's name and its numbers. {@link #of} reads it. */
  String text();

  /**
   * How long to wait after an attempt has failed.
   *
   * @param attempt the one that failed, from 1
   */
  default Duration delayAfter(int attempt, RandomGenerator random) {
    double most = unjittered(Math.max(1, attempt)).toMillis();
    return Duration.ofMillis(Math.round(most * (1 - jitter() * random.nextDouble())));
  }

  /**
   * Reads {@link #text}.
   *
   * @throws IllegalArgumentException if it is none
   */
  static Backoff of(String text) {
    var words = text.split(" ", -1);
    try {
      return switch (words[0]) {
        case "exponential" ->
            new Exponential(duration(words[1]), duration(words[2]), number(words[3]));
        case "polynomial" ->
            new Polynomial(
                duration(words[1]), number(words[2]), duration(words[3]), number(words[4]));
        case "fixed" -> new Fixed(duration(words[1]), number(words[2]));
        case "table" ->
            new Table(
                Stream.of(words[1].split(",")).map(Backoff::duration).toList(), number(words[2]));
        default -> throw new IllegalArgumentException("backoff: " + text);
      };
    } catch (DateTimeParseException | ArrayIndexOutOfBoundsException e) {
      throw new IllegalArgumentException("backoff: " + text, e);
    }
  }

  private static Duration duration(String text) {
    return Duration.parse(text);
  }

  private static double number(String text) {
    return Double.parseDouble(text);
  }

  private static Duration capped(double millis, Duration max) {
    return Duration.ofMillis(Math.round(Math.min(millis, max.toMillis())));
  }

  private static void checkRange(Duration first, Duration max) {
    if (!first.isPositive() || max.compareTo(first) < 0 || max.compareTo(MOST) > 0) {
      throw new IllegalArgumentException(
          "backoff: first " + first + ", max " + max + " (expected: 0 < first <= max <= 30 days)");
    }
  }

  private static void checkJitter(double jitter) {
    if (!(jitter >= 0 && jitter <= 1)) {
      throw new IllegalArgumentException("backoff jitter: " + jitter + " (expected: 0 to 1)");
    }
  }
}
