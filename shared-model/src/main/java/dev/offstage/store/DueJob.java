package dev.offstage.store;

import dev.offstage.job.JobId;
import dev.offstage.job.Priority;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A job that has fallen due.
 *
 * @param dueAt since when, to the microsecond
 * @param version of the row: any other is another occasion to be ticketed
 * @param runnable whether some worker runs its kind in its payload's version
 */
public record DueJob(
    JobId id,
    Instant dueAt,
    int claimNo,
    int version,
    String tenant,
    Priority priority,
    int crashes,
    boolean runnable,
    @Nullable String traceparent) {}
