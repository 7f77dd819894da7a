/**
 * Writes events: many messages a transaction, by COPY. The only home of PostgreSQL's own driver.
 *
 * <p>Invariants: an event is written once, however often its message comes and whoever writes at
 * the same time: its id is entered in {@code event_seen} in the transaction that writes it.
 * Whatever follows from an event (users, devices, sessions, identities, and every other {@link
 * WriteStep}) is written in that transaction too, from what is new alone. Nothing of a message is
 * acknowledged before the commit.
 *
 * <p>Locks are taken in one order: the shared advisory lock of writers, ids of {@code event_seen}
 * sorted, then the steps in theirs, each by its rows' keys sorted.
 */
@NullMarked
package dev.offstage.worker.analytics;

import org.jspecify.annotations.NullMarked;
