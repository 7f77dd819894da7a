package dev.offstage.scheduler.schedule;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A run of a schedule.
 *
 * @param tick for which it runs; of one that an operator started, when
 * @param dueAt when it starts: the tick, and its jitter
 * @param definition as it was at the tick
 * @param execution of its batch: the latest, where it was restarted
 * @param told the execution whose failure JobRunr has been told
 * @param job that was enqueued
 * @param detail what came of it, for people
 */
public record ScheduleRun(
    UUID id,
    String schedule,
    Instant tick,
    Instant dueAt,
    ScheduleDefinition definition,
    String startedBy,
    State state,
    @Nullable Long execution,
    @Nullable Long told,
    @Nullable UUID job,
    @Nullable String detail,
    Instant createdAt,
    @Nullable Instant launchedAt,
    @Nullable Instant endedAt) {

  /** How a run stands. */
  public enum State {
    PLANNED,
    /** Its batch was started. */
    LAUNCHED,
    /** Its batch has completed, or its job was enqueued. */
    COMPLETED,
    /** Its batch failed, and all retries were spent. */
    FAILED,
    /** Its batch or job would not start: it ran already, or made no sense. */
    REFUSED,
    /** An operator stopped or abandoned its batch. */
    STOPPED
  }
}
