package dev.offstage.live;

import java.util.Collection;
import java.util.Optional;

/**
 * What is happening now, near enough: events by the minute and a HyperLogLog of persons by the
 * minute, kept for an hour. May be lost at any time; what is to last is counted from the events.
 */
public interface LiveCounts {

  /**
   * Counts events that have just been written. Never fails; while Redis is away, does nothing.
   *
   * @param people of the events, by whatever tells them apart
   */
  void add(String tenant, long events, Collection<String> people);

  /**
   * Of the last minutes, the one that is under way included.
   *
   * @param persons near enough: Redis' HyperLogLog has a standard error of 0.81 %
   */
  record Counted(long events, long persons) {}

  /** Empty while Redis is away. */
  Optional<Counted> last(String tenant, int minutes);
}
