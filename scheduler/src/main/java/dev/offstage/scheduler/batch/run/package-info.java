/**
 * Lets executions run, on one node at a time: who may start what, which node takes it, and what
 * becomes of it when that node dies.
 *
 * <p>Invariant: a row of {@code batch_run} without an end is waiting (no node), or its node's. A
 * node writes for it only in transactions that hold the node's row, which must be alive; whoever
 * takes an execution away has marked that row dead, or is the node itself and runs it no more.
 */
@NullMarked
package dev.offstage.scheduler.batch.run;

import org.jspecify.annotations.NullMarked;
