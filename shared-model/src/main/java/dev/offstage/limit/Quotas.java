package dev.offstage.limit;

import dev.offstage.job.Rate;
import java.time.Duration;
import java.util.Optional;

/** Counts what the whole cluster takes of a quota. */
public interface Quotas {

  /**
   * Takes permits if they are to be had now. No time of the rate's length sees more of them than it
   * says; a twentieth of them may come at once, the rest evenly spread. More than a twentieth in
   * one call are to be had once nothing is owed, and the next wait for as long as they take.
   *
   * @param name of the quota
   * @param permits at most as many as the rate's
   * @return zero if they were taken, else how long until they may be had; empty if that cannot be
   *     told, because Redis is away: each process then has to count for itself
   */
  Optional<Duration> take(String name, Rate rate, int permits);
}
