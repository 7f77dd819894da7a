/**
 * Tickets what has fallen due: new jobs that waited, delayed jobs, retries, and jobs whose ticket
 * was lost.
 *
 * <p>Invariants: one leader a pool, by an advisory lock on the connection that its queries use, so
 * that leadership and work end together; the broker holds a window of the pool's work, never the
 * backlog; nothing is written to dispatch a job. A second leader, for a moment, doubles tickets,
 * which is harmless.
 */
@NullMarked
package dev.offstage.scheduler.dispatch;

import org.jspecify.annotations.NullMarked;
