package dev.offstage.destination;

import dev.offstage.job.DestinationName;
import dev.offstage.job.Rate;
import java.time.Duration;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What holds for the destinations whose names a pattern fits. What is null, the next less exact
 * rule says, and at last {@link DestinationSettings#DEFAULT}.
 *
 * @param pattern a name in which * stands for any characters, such as {@code host:*}{@code
 *     /api.example.com}
 * @param atOnce calls at once, over the whole cluster; 1 to 10,000
 * @param timeLimit of one call; 100 ms to an hour
 * @param quota calls in a time, over the whole cluster
 * @param failureRate per cent of the latest calls, from which on it is shut; 1 to 100
 * @param sample the latest calls that are looked at; 1 to 10,000
 * @param atLeast before so many calls, nothing is concluded; 1 to 10,000
 * @param shutFor at first; doubled each time in a row; 5 s to a day
 * @param shutAtMost the longest; not shorter than {@code shutFor}
 * @param probes calls at once that try whether it is well again; 1 to 100
 */
public record DestinationRule(
    String pattern,
    @Nullable Integer atOnce,
    @Nullable Duration timeLimit,
    @Nullable Rate quota,
    @Nullable Integer failureRate,
    @Nullable Integer sample,
    @Nullable Integer atLeast,
    @Nullable Duration shutFor,
    @Nullable Duration shutAtMost,
    @Nullable Integer probes) {
  private static final Pattern PATTERN = Pattern.compile("[\\x21-\\x7e]{1,400}");
  private static final int MOST = 10_000;

  /** Each worker looks every second: all of them must have seen a shut gate before it is tried. */
  private static final Duration SHORTEST = Duration.ofSeconds(5);

  private static final Duration DAY = Duration.ofDays(1);

  /**
   * @throws IllegalArgumentException naming the field, its value and what was expected
   */
  public DestinationRule {
    if (!PATTERN.matcher(pattern).matches()) {
      throw new IllegalArgumentException(
          "pattern: " + pattern + " (expected: a name, or one with *, such as host:acme/*)");
    }
    number("at-once", atOnce, MOST);
    length("time-limit", timeLimit, Duration.ofMillis(100), Duration.ofHours(1));
    number("failure-rate", failureRate, 100);
    number("sample", sample, MOST);
    number("at-least", atLeast, MOST);
    length("shut-for", shutFor, SHORTEST, DAY);
    length("shut-at-most", shutAtMost, SHORTEST, DAY);
    number("probes", probes, 100);
  }

  private static void number(String field, @Nullable Integer value, int most) {
    if (value != null && (value < 1 || value > most)) {
      throw new IllegalArgumentException(field + ": " + value + " (expected: 1 to " + most + ")");
    }
  }

  private static void length(
      String field, @Nullable Duration value, Duration least, Duration most) {
    if (value != null && (value.compareTo(least) < 0 || value.compareTo(most) > 0)) {
      throw new IllegalArgumentException(
          field + ": " + value + " (expected: " + least + " to " + most + ")");
    }
  }

  /** A rule that says nothing yet. */
  public static DestinationRule of(String pattern) {
    return new DestinationRule(pattern, null, null, null, null, null, null, null, null, null);
  }

  boolean isFor(DestinationName name) {
    return pattern.equals(name.text());
  }

  boolean fits(DestinationName name) {
    return fits(pattern, name.text());
  }

  /** As PostgreSQL's like does, in which only the * is special. */
  private static boolean fits(String pattern, String name) {
    int star = pattern.indexOf('*');
    if (star < 0) {
      return pattern.equals(name);
    }
    var parts = pattern.split("\\*", -1);
    if (!name.startsWith(parts[0])) {
      return false;
    }
    int at = parts[0].length();
    for (int i = 1; i < parts.length - 1; i++) {
      int found = name.indexOf(parts[i], at);
      if (found < 0) {
        return false;
      }
      at = found + parts[i].length();
    }
    var last = parts[parts.length - 1];
    return name.length() - at >= last.length() && name.endsWith(last);
  }
}
