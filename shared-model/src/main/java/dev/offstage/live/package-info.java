/**
 * Tells every node that a job has changed, over Redis. The one home of Redis' publish and
 * subscribe.
 *
 * <p>A hint only: who waits for a change also asks PostgreSQL now and then, so with Redis away
 * updates come later and nothing fails.
 */
@NullMarked
package dev.offstage.live;

import org.jspecify.annotations.NullMarked;
