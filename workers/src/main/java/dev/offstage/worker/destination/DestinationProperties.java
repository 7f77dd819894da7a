package dev.offstage.worker.destination;

import dev.offstage.destination.DestinationRule;
import dev.offstage.job.Rate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * What holds for destinations. Operators may change it while workers run: {@code ops/offstage
 * destination set}.
 *
 * @param rules by patterns of names; of several that fit, the most exact one says
 */
@ConfigurationProperties("offstage.destinations")
public record DestinationProperties(@Nullable List<Rule> rules) {
  /** What Firebase grants a project (protocols.md, 5). */
  private static final Rule FCM =
      new Rule(
          "fcm:*", null, null, 600_000, Duration.ofMinutes(1), null, null, null, null, null, null);

  /**
   * What holds for the destinations whose names a pattern fits. What it does not say, a less exact
   * rule does, or the default.
   *
   * @param pattern a name in which * stands for any characters, such as {@code host:acme/*}
   * @param atOnce calls at once, over the whole cluster; by default 20
   * @param timeLimit of one call; by default 15s
   * @param quota calls in each {@code per}, over the whole cluster; by default any number, and of
   *     {@code fcm:*} 600,000 a minute
   * @param per the quota's time
   * @param failureRate per cent of failures among the latest calls, from which on it is shut; by
   *     default 50
   * @param sample how many are the latest calls; by default 20
   * @param atLeast before so many calls, nothing is concluded; by default 5
   * @param shutFor for how long it is shut at first; doubled each time in a row; by default 10s
   * @param shutAtMost the longest that it is shut at once; by default 5m
   * @param probes calls at once that try whether it is well again; by default 1
   */
  public record Rule(
      String pattern,
      @Nullable Integer atOnce,
      @Nullable Duration timeLimit,
      @Nullable Integer quota,
      @Nullable Duration per,
      @Nullable Integer failureRate,
      @Nullable Integer sample,
      @Nullable Integer atLeast,
      @Nullable Duration shutFor,
      @Nullable Duration shutAtMost,
      @Nullable Integer probes) {

    private DestinationRule made() {
      if ((quota == null) != (per == null)) {
        throw new IllegalArgumentException("quota: " + quota + " per " + per + " (expected: both)");
      }
      return new DestinationRule(
          pattern,
          atOnce,
          timeLimit,
          quota == null || per == null ? null : new Rate(quota, per),
          failureRate,
          sample,
          atLeast,
          shutFor,
          shutAtMost,
          probes);
    }
  }

  /**
   * @throws IllegalArgumentException naming the property, its value and what was expected
   */
  public DestinationProperties {
    rules = rules == null ? List.of() : List.copyOf(rules);
    made(rules);
  }

  /** The rules of the configuration, and those that hold unless it says otherwise. */
  List<DestinationRule> made() {
    return made(rules == null ? List.of() : rules);
  }

  private static List<DestinationRule> made(List<Rule> rules) {
    var made = new ArrayList<DestinationRule>();
    var patterns = new HashSet<String>();
    for (int i = 0; i < rules.size(); i++) {
      var at = "offstage.destinations.rules[" + i + "].";
      try {
        made.add(rules.get(i).made());
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(at + e.getMessage(), e);
      }
      if (!patterns.add(rules.get(i).pattern())) {
        throw new IllegalArgumentException(
            at + "pattern: " + rules.get(i).pattern() + " twice (expected: each once)");
      }
    }
    if (patterns.add(FCM.pattern())) {
      made.add(FCM.made());
    }
    return made;
  }
}
