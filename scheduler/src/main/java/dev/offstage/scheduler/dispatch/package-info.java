/**
 * Tickets what has fallen due: new jobs that waited, delayed jobs, retries, and jobs whose ticket
 * was lost; and parks what no worker runs.
 *
 * <p>Invariants: one leader a pool; the broker holds a window of the pool's work, never the
 * backlog; nothing is written to dispatch a job. A second leader, for a moment, doubles tickets,
 * which is harmless. Where not all can go at once, priorities share by weight and tenants take
 * turns, and what is read is as much as what goes, however many wait.
 */
@NullMarked
package dev.offstage.scheduler.dispatch;

import org.jspecify.annotations.NullMarked;
