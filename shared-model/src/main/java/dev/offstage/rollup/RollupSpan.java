package dev.offstage.rollup;

import dev.offstage.rollup.Rollups.Day;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Some hours of a tenant's day (UTC) that are rolled up together, in one transaction.
 *
 * @param hours when each begins, ascending; at least one
 */
public record RollupSpan(Day day, List<Instant> hours) {
  private static final int SLOTS_A_DAY = 96;
  private static final int SLOTS_AN_HOUR = 4;

  public RollupSpan {
    hours = List.copyOf(hours);
  }

  /** As text, for whoever goes on after it. */
  public String place() {
    return hours.getLast() + " " + day.tenant();
  }

  Instant begin() {
    return hours.getFirst();
  }

  Instant end() {
    return hours.getLast().plusSeconds(3600);
  }

  String[] hoursAsText() {
    return hours.stream().map(Instant::toString).toArray(String[]::new);
  }

  /** The quarters of the day that are its, as {@code rollup_active.slots} has them. */
  String slots() {
    var bits = new StringBuilder("0".repeat(SLOTS_A_DAY));
    for (var hour : hours) {
      int first = hour.atOffset(ZoneOffset.UTC).getHour() * SLOTS_AN_HOUR;
      IntStream.range(first, first + SLOTS_AN_HOUR).forEach(slot -> bits.setCharAt(slot, '1'));
    }
    return bits.toString();
  }
}
