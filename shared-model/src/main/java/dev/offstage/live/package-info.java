/**
 * What is told and counted as it happens, over Redis: that a job has changed, to every node; and
 * how many events and persons there are just now.
 *
 * <p>A hint only: who waits for a change also asks PostgreSQL now and then, so with Redis away
 * updates come later and nothing fails.
 */
@NullMarked
package dev.offstage.live;

import org.jspecify.annotations.NullMarked;
