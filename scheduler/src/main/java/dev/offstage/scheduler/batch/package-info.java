/**
 * Bulk work that operators start, watch, stop and run again: what a batch is, which parameters it
 * takes, and the verbs. Each batch is a package below; how steps are made is {@code batch.step}'s,
 * how they come to run, and to run once, {@code batch.run}'s.
 *
 * <p>Invariant: an execution is durable before the verb that asked for it returns, in the
 * transaction of whoever asked; it runs on one node at a time, or on none.
 */
@NullMarked
package dev.offstage.scheduler.batch;

import org.jspecify.annotations.NullMarked;
