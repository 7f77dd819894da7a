package dev.offstage.rollup;

import dev.offstage.rollup.Rollups.Day;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.List;
import java.util.stream.IntStream;
import org.springframework.jdbc.support.SqlArrayValue;

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

  OffsetDateTime begin() {
    return begin(hours.getFirst());
  }

  OffsetDateTime end() {
    return begin(hours.getLast()).plusHours(1);
  }

  /** For {@code any}. A text that is cast would be parsed anew for each row. */
  static SqlArrayValue array(Collection<Instant> times) {
    return new SqlArrayValue("timestamptz", times.stream().map(RollupSpan::begin).toArray());
  }

  private static OffsetDateTime begin(Instant hour) {
    return hour.atOffset(ZoneOffset.UTC);
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
