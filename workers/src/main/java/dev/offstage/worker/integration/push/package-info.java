/**
 * {@code push.send}: notifications to devices. To a few of them, the job sends itself; to a topic
 * or a list, it is split into parts, each a job of its own, and ends with the sum of what became of
 * them.
 *
 * <p>Invariant: who of a part's devices has been sent to is committed by the attempt that owns the
 * job, some at a time. An attempt that is repeated goes on from there: only what was under way when
 * a worker died is sent twice, under the same name, so that a phone shows it once.
 */
@NullMarked
package dev.offstage.worker.integration.push;

import org.jspecify.annotations.NullMarked;
