/**
 * Waiting for a job to change: the watch that long polls and event streams share, and the streams.
 *
 * <p>Invariant: PostgreSQL is asked about once a second, in one statement for all that is watched
 * on this node, so that nothing but speed depends on Redis; and a watch holds no queue, only the
 * latest version, so that a slow client costs no memory.
 */
@NullMarked
package dev.offstage.ingest.live;

import org.jspecify.annotations.NullMarked;
