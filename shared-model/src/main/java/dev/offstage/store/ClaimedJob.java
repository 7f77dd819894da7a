package dev.offstage.store;

import dev.offstage.job.Backoff;
import dev.offstage.job.JobId;
import dev.offstage.job.JobKind;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A job that a worker has won, with all that it needs to run it.
 *
 * @param claimNo the fence: every later write of this attempt names it
 * @param attempt this one, from 1
 * @param crashes how many of its claims ended with their worker's death
 * @param interruptions how many ended with a worker's shutdown
 * @param payload JSON text
 * @param backoff null for the handler's, or the default
 * @param linked whether its end concerns other rows; may become so while it runs
 */
public record ClaimedJob(
    JobId id,
    int claimNo,
    String tenant,
    @Nullable String owner,
    JobKind kind,
    String payload,
    int payloadVersion,
    int attempt,
    int maxAttempts,
    int crashes,
    int interruptions,
    Duration timeout,
    @Nullable Backoff backoff,
    boolean linked,
    @Nullable String traceparent) {}
