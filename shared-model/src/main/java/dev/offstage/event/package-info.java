/**
 * Events of the apps: their words, the message in which they travel from ingest to the workers, and
 * what of them is read or erased by others than the workers that write them. Knows neither HTTP nor
 * the broker.
 *
 * <p>Invariant: an event's id is made of its tenant, its app and its messageId alone, so that every
 * copy of it has the same.
 */
@NullMarked
package dev.offstage.event;

import org.jspecify.annotations.NullMarked;
