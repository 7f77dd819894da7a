/**
 * What the author of a job writes and is given. Knows neither PostgreSQL's tables nor RabbitMQ.
 *
 * <p>A handler runs at least once: after a worker's death its job runs again, and a worker that
 * lost its lease may overlap its successor. {@link
 * dev.offstage.worker.handler.JobContext#inTransaction} is how a handler's own rows are written by
 * the attempt that owns the job, and by no other.
 */
@NullMarked
package dev.offstage.worker.handler;

import org.jspecify.annotations.NullMarked;
