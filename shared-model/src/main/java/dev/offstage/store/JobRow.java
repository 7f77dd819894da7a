package dev.offstage.store;

import dev.offstage.job.JobId;
import dev.offstage.job.NewJob;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A job on its way into the table.
 *
 * @param dueIn from now on, the dispatcher may ticket it; a few seconds for a job whose ticket this
 *     node sends itself
 * @param traceparent W3C trace context of whoever enqueues
 */
public record JobRow(
    JobId id, NewJob job, String pool, Duration dueIn, @Nullable String traceparent) {}
