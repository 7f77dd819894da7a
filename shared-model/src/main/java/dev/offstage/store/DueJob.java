package dev.offstage.store;

import dev.offstage.job.JobId;
import dev.offstage.job.Priority;
import org.jspecify.annotations.Nullable;

/** A job that has fallen due and may be ticketed. */
public record DueJob(JobId id, int claimNo, Priority priority, @Nullable String traceparent) {}
