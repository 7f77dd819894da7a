package dev.offstage.store;

import dev.offstage.job.JobId;
import dev.offstage.job.Priority;
import org.jspecify.annotations.Nullable;

/**
 * A job that has fallen due.
 *
 * @param version of the row: any other is another occasion to be ticketed
 * @param runnable whether some worker runs its kind in its payload's version
 */
public record DueJob(
    JobId id,
    int claimNo,
    int version,
    String tenant,
    Priority priority,
    int crashes,
    boolean runnable,
    @Nullable String traceparent) {}
