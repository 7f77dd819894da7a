/**
 * The batch {@code rollup}: day and hour roll-ups of a range of days, counted anew from the events
 * that there are. What is counted and how is {@code dev.offstage.rollup}'s.
 */
@NullMarked
package dev.offstage.scheduler.batch.rollup;

import org.jspecify.annotations.NullMarked;
