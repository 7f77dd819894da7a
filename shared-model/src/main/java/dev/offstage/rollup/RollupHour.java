package dev.offstage.rollup;

import dev.offstage.rollup.Rollups.Day;
import java.time.Instant;

/** An hour of a tenant's day (UTC). */
public record RollupHour(Day day, Instant hour) {

  /** As text, for whoever goes on after it. */
  public String place() {
    return hour + " " + day.tenant();
  }
}
