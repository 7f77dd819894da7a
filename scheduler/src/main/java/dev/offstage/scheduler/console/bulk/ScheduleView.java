package dev.offstage.scheduler.console.bulk;

import com.fasterxml.jackson.annotation.JsonRawValue;
import dev.offstage.scheduler.schedule.Schedule;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A schedule as operators see it; what they write is called the same.
 *
 * @param origin configuration, operator, or both where an operator has changed it
 * @param nextAt null while it is paused
 * @param skipped missed ticks that its policy let go
 */
record ScheduleView(
    String name,
    String cron,
    String zone,
    Duration jitter,
    String missed,
    int retries,
    @Nullable String batch,
    Map<String, String> parameters,
    boolean again,
    @Nullable String tenant,
    @Nullable String kind,
    @JsonRawValue @Nullable String payload,
    String origin,
    boolean paused,
    @Nullable String reason,
    @Nullable Instant nextAt,
    long skipped,
    @Nullable String changedBy,
    @Nullable Instant changedAt) {

  static ScheduleView of(Schedule schedule) {
    var definition = schedule.definition();
    return new ScheduleView(
        schedule.name(),
        definition.cron(),
        definition.zone(),
        definition.jitter(),
        definition.missed().name().toLowerCase(Locale.ROOT),
        definition.retries(),
        definition.batch(),
        definition.parameters(),
        definition.again(),
        definition.tenant(),
        definition.kind(),
        definition.payload(),
        origin(schedule),
        schedule.paused(),
        schedule.reason(),
        schedule.nextAt(),
        schedule.skipped(),
        schedule.changedBy(),
        schedule.changedAt());
  }

  private static String origin(Schedule schedule) {
    if (!schedule.changed()) {
      return "configuration";
    }
    return schedule.configured() ? "both" : "operator";
  }
}
