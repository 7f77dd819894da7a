/**
 * Where tenants' events go from here, and how far each destination has got; the only place that
 * writes it.
 *
 * <p>Invariant: a destination's position moves on only in the transaction of the attempt that has
 * delivered up to there, and past no event that may still be committed: events are read in the
 * order of their transactions, up to the oldest that has not ended. Whoever writes events leaves a
 * mark in the transaction, and a mark goes only once every destination is past it.
 */
@NullMarked
package dev.offstage.onward;

import org.jspecify.annotations.NullMarked;
