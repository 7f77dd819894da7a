package dev.offstage.scheduler.schedule;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A schedule as it stands.
 *
 * @param definition that holds: the operators' if there is one, else the configuration's
 * @param configured whether the configuration has it
 * @param changed whether operators have made or changed it
 * @param reason why it is paused
 * @param version counts every change
 * @param decidedTo up to here its ticks are decided
 * @param nextAt its next tick; null while it is paused
 * @param skipped missed ticks that its policy let go
 */
public record Schedule(
    String name,
    ScheduleDefinition definition,
    boolean configured,
    boolean changed,
    boolean paused,
    @Nullable String reason,
    int version,
    Instant decidedTo,
    @Nullable Instant nextAt,
    long skipped,
    @Nullable String changedBy,
    @Nullable Instant changedAt) {}
