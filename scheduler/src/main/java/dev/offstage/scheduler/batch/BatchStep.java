package dev.offstage.scheduler.batch;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A step of an execution, or one part of a partitioned step ({@code step:part}).
 *
 * @param status Spring Batch's word: STARTING, STARTED, STOPPING, STOPPED, FAILED, COMPLETED,
 *     ABANDONED or UNKNOWN
 * @param partitioned whether others are its parts: their counts are in its own then
 * @param read items
 * @param written items
 * @param filtered items that needed nothing
 * @param skipped items that could not be done
 * @param done items over all executions with these parameters and this run, of {@code total}
 * @param duration so far, if it has not ended
 */
public record BatchStep(
    String name,
    String status,
    boolean partitioned,
    long read,
    long written,
    long filtered,
    long skipped,
    long done,
    @Nullable Long total,
    @Nullable Instant startedAt,
    @Nullable Duration duration,
    String exitCode,
    @Nullable String exitMessage) {}
