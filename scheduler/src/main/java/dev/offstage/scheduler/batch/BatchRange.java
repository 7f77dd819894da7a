package dev.offstage.scheduler.batch;

import java.time.Instant;
import java.time.LocalDate;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A batch run for each day of a range, an execution a day.
 *
 * @param from the first day
 * @param to the last day
 * @param atOnce how many executions may be live at a time
 * @param others the parameters besides {@code from} and {@code to}
 * @param next the day that is begun next; after {@code to} if all were
 * @param live days that wait or run
 * @param completed days that have
 * @param failed days that ended otherwise
 * @param stoppedAt when somebody said that no more days be begun
 * @param endedAt when the last of them had ended
 */
public record BatchRange(
    long id,
    String batch,
    LocalDate from,
    LocalDate to,
    int atOnce,
    Map<String, String> others,
    String startedBy,
    LocalDate next,
    int live,
    int completed,
    int failed,
    Instant createdAt,
    @Nullable Instant stoppedAt,
    @Nullable Instant endedAt) {}
