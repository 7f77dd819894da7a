/**
 * What is counted of events ahead of being asked: events by name, who was active when, and the
 * steps that they took; the only place that writes it.
 *
 * <p>Invariants: an hour is rolled up as a whole, from the events that there are, in one
 * transaction, so that doing it twice gives the same; whoever writes events marks their hours in
 * the same transaction ({@link dev.offstage.rollup.DirtyHours}). No AMQP and no Redis here.
 */
@NullMarked
package dev.offstage.rollup;

import org.jspecify.annotations.NullMarked;
