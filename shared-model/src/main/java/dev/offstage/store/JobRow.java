package dev.offstage.store;

import dev.offstage.job.JobId;
import dev.offstage.job.NewJob;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A job on its way into the table.
 *
 * @param ticketGrace how much later than the job is due the dispatcher may ticket it; a few seconds
 *     for a job whose ticket this node sends itself
 * @param traceparent W3C trace context of whoever enqueues
 * @param callback the job that is to be told of this one's end
 */
public record JobRow(
    JobId id,
    NewJob job,
    String pool,
    Duration ticketGrace,
    @Nullable String traceparent,
    @Nullable JobRow callback) {

  /** A job that the dispatcher is to ticket. */
  public static JobRow of(JobId id, NewJob job, String pool, @Nullable String traceparent) {
    return new JobRow(id, job, pool, Duration.ZERO, traceparent, null);
  }
}
