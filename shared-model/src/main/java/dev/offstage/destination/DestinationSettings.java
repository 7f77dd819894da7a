package dev.offstage.destination;

import dev.offstage.job.DestinationName;
import dev.offstage.job.Rate;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What holds for one destination, put together from all rules that fit; as {@link DestinationRule}.
 */
public record DestinationSettings(
    int atOnce,
    Duration timeLimit,
    @Nullable Rate quota,
    int failureRate,
    int sample,
    int atLeast,
    Duration shutFor,
    Duration shutAtMost,
    int probes) {

  /** Where no rule says otherwise: a tenth of a worker's slots, and fifteen seconds a call. */
  public static final DestinationSettings DEFAULT =
      new DestinationSettings(
          20,
          Duration.ofSeconds(15),
          null,
          50,
          20,
          5,
          Duration.ofSeconds(10),
          Duration.ofMinutes(5),
          1);

  /**
   * @param rules the most exact first, as {@link DestinationStore#rules} has them
   */
  public static DestinationSettings of(DestinationName name, List<DestinationRule> rules) {
    var fitting =
        rules.stream()
            .filter(rule -> rule.fits(name))
            // An exact name comes first, however long a pattern is.
            .sorted((a, b) -> Boolean.compare(b.isFor(name), a.isFor(name)))
            .toList();
    return new DestinationSettings(
        said(fitting, DestinationRule::atOnce, DEFAULT.atOnce),
        said(fitting, DestinationRule::timeLimit, DEFAULT.timeLimit),
        first(fitting, DestinationRule::quota).orElse(null),
        said(fitting, DestinationRule::failureRate, DEFAULT.failureRate),
        said(fitting, DestinationRule::sample, DEFAULT.sample),
        said(fitting, DestinationRule::atLeast, DEFAULT.atLeast),
        said(fitting, DestinationRule::shutFor, DEFAULT.shutFor),
        said(fitting, DestinationRule::shutAtMost, DEFAULT.shutAtMost),
        said(fitting, DestinationRule::probes, DEFAULT.probes));
  }

  private static <T> T said(
      List<DestinationRule> rules, Function<DestinationRule, @Nullable T> part, T otherwise) {
    return first(rules, part).orElse(otherwise);
  }

  private static <T> Optional<T> first(
      List<DestinationRule> rules, Function<DestinationRule, @Nullable T> part) {
    return rules.stream()
        .map(rule -> Optional.ofNullable(part.apply(rule)))
        .flatMap(Optional::stream)
        .findFirst();
  }
}
