/**
 * Keeps the roll-ups of events current, a few seconds behind. What is counted and how is {@code
 * dev.offstage.rollup}'s.
 */
@NullMarked
package dev.offstage.scheduler.rollup;

import org.jspecify.annotations.NullMarked;
