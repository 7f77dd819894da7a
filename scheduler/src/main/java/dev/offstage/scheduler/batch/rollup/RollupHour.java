package dev.offstage.scheduler.batch.rollup;

import dev.offstage.rollup.Rollups.Day;
import java.time.Instant;

/** An hour of a tenant's day (UTC). */
record RollupHour(Day day, Instant hour) {}
