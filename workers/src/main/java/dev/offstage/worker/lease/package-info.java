/**
 * This process's life in PostgreSQL: one row, one heartbeat, which is the lease on every job that
 * the worker runs.
 *
 * <p>Invariants: a dead id never comes back; a worker that has not been able to renew for a lease
 * (by its monotonic clock, from the sending of the last good heartbeat, less a margin) interrupts
 * what it runs, because others may have it by now.
 */
@NullMarked
package dev.offstage.worker.lease;

import org.jspecify.annotations.NullMarked;
