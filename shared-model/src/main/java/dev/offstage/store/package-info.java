/**
 * Jobs, workers and their guarded verbs in PostgreSQL: the only place that writes a job's row.
 *
 * <p>Invariants: a state changes by one UPDATE with the expected state in its WHERE; each claim
 * bumps {@code claim_no}, and every settle, progress and handler's transaction is fenced by worker
 * and {@code claim_no}; time is PostgreSQL's. No AMQP and no Redis here.
 */
@NullMarked
package dev.offstage.store;

import org.jspecify.annotations.NullMarked;
