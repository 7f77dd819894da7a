package dev.offstage.store;

import dev.offstage.job.JobId;
import dev.offstage.job.JobKind;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A job that a worker has won, with all that it needs to run it.
 *
 * @param claimNo the fence: every later write of this attempt names it
 * @param attempt this one, from 1
 * @param payload JSON text
 */
public record ClaimedJob(
    JobId id,
    int claimNo,
    String tenant,
    @Nullable String owner,
    JobKind kind,
    String payload,
    int attempt,
    int maxAttempts,
    Duration timeout,
    @Nullable String traceparent) {}
