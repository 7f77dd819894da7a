/**
 * Runs what was claimed: claim, find the handler, decode, run, settle, in one line and with one
 * settle point.
 *
 * <p>Invariants: a handler starts only after its claim has committed; a slot is free again only
 * once the attempt is settled; a claim or settle of unknown outcome is asked again until answered.
 */
@NullMarked
package dev.offstage.worker.execute;

import org.jspecify.annotations.NullMarked;
