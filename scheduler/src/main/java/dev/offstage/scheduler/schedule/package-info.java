/**
 * What is done by the clock: schedules, which of their ticks are run, and the launch of a run. Who
 * tells that it is time is {@code scheduler.recurring}'s.
 *
 * <p>Invariant: a tick is run once, whoever fires it and however often. A row of the schedule and
 * the tick is unique; that it is launched is written in the transaction that starts its batch or
 * enqueues its job.
 */
@NullMarked
package dev.offstage.scheduler.schedule;

import org.jspecify.annotations.NullMarked;
