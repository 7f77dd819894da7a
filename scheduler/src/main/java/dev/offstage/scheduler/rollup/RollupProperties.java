package dev.offstage.scheduler.rollup;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How current roll-ups are kept.
 *
 * @param every the least time from one round to the next
 * @param share of the time that may be spent on rolling up, 0 to 1: a round that took long is
 *     followed by a rest that is longer still
 */
@ConfigurationProperties("offstage.rollup")
record RollupProperties(@DefaultValue("2s") Duration every, @DefaultValue("0.25") double share) {

  RollupProperties {
    if (!every.isPositive()) {
      throw new IllegalArgumentException("offstage.rollup.every: " + every + " (expected: > 0s)");
    }
    if (!(share > 0 && share <= 1)) {
      throw new IllegalArgumentException(
          "offstage.rollup.share: " + share + " (expected: more than 0, at most 1)");
    }
  }

  /** How long to rest after a round. */
  Duration rest(Duration round) {
    var share = Duration.ofNanos((long) (round.toNanos() * (1 / this.share - 1)));
    return share.compareTo(every) > 0 ? share : every;
  }
}
