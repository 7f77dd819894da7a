package dev.offstage.scheduler.schedule;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Which ticks are to be run now. Pure.
 *
 * @param ticks to be run, the oldest first
 * @param decidedTo up to here every tick is decided
 * @param skipped how many are let go, as far as they were counted
 * @param more whether there are ticks left to decide, as these were enough for once
 */
record DueTicks(List<Instant> ticks, Instant decidedTo, long skipped, boolean more) {
  private static final int MOST_COUNTED = 10_000;

  /** Ever longer, so that the latest tick is found without going through years of seconds. */
  private static final List<Duration> LOOKS =
      List.of(
          Duration.ofMinutes(2),
          Duration.ofHours(2),
          Duration.ofDays(2),
          Duration.ofDays(40),
          Duration.ofDays(400));

  /** When a schedule ticks. */
  record Clock(Cron cron, ZoneId zone) {
    Optional<Instant> next(Instant after) {
      return cron.next(after, zone);
    }
  }

  /**
   * Decides.
   *
   * @param decidedTo as of the time before
   * @param late ticks before this are missed ones
   * @param most how many ticks at most
   */
  static DueTicks of(
      Clock clock, MissedPolicy policy, Instant decidedTo, Instant late, Instant now, int most) {
    if (policy == MissedPolicy.EACH || !late.isAfter(decidedTo)) {
      return between(clock, decidedTo, now, most);
    }
    long missed = count(clock, decidedTo, late);
    var onTime = between(clock, late, now, most);
    if (policy == MissedPolicy.SKIP || missed == 0) {
      return new DueTicks(onTime.ticks, onTime.decidedTo, missed, onTime.more);
    }
    var ticks = new ArrayList<Instant>();
    latest(clock, decidedTo, late).ifPresent(ticks::add);
    ticks.addAll(onTime.ticks);
    return new DueTicks(ticks, onTime.decidedTo, missed - 1, onTime.more);
  }

  private static DueTicks between(Clock clock, Instant after, Instant upTo, int most) {
    var ticks = new ArrayList<Instant>();
    var next = clock.next(after);
    while (next.isPresent() && !next.get().isAfter(upTo)) {
      if (ticks.size() == most) {
        return new DueTicks(ticks, ticks.getLast(), 0, true);
      }
      ticks.add(next.get());
      next = clock.next(next.get());
    }
    return new DueTicks(ticks, upTo.isAfter(after) ? upTo : after, 0, false);
  }

  private static long count(Clock clock, Instant after, Instant upTo) {
    long count = 0;
    var next = clock.next(after);
    while (next.isPresent() && !next.get().isAfter(upTo) && count < MOST_COUNTED) {
      count++;
      next = clock.next(next.get());
    }
    return count;
  }

  private static Optional<Instant> latest(Clock clock, Instant after, Instant upTo) {
    for (var look : LOOKS) {
      var from = upTo.minus(look);
      var start = from.isAfter(after) ? from : after;
      var found = lastBetween(clock, start, upTo);
      if (found.isPresent() || start.equals(after)) {
        return found;
      }
    }
    return Optional.empty();
  }

  private static Optional<Instant> lastBetween(Clock clock, Instant after, Instant upTo) {
    Optional<Instant> last = Optional.empty();
    var next = clock.next(after);
    while (next.isPresent() && !next.get().isAfter(upTo)) {
      last = next;
      next = clock.next(next.get());
    }
    return last;
  }
}
