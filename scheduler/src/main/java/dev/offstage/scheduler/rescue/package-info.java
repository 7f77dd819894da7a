/**
 * Takes back what dead workers held.
 *
 * <p>Invariants: a worker's row is marked dead before any of its jobs is touched; silence counts
 * only while heartbeats could be written, so that a PostgreSQL that was away kills no worker. Safe
 * on any number of nodes: every statement is guarded.
 */
@NullMarked
package dev.offstage.scheduler.rescue;

import org.jspecify.annotations.NullMarked;
