/**
 * From the bytes of a request to events. Reads once, and copies only what must be changed: what an
 * app sends goes to PostgreSQL as it wrote it.
 *
 * <p>Invariant: whatever comes out can be stored. What is wrong with one event is said of that
 * event; only what makes the rest unreadable fails the whole.
 */
@NullMarked
package dev.offstage.ingest.track.read;

import org.jspecify.annotations.NullMarked;
