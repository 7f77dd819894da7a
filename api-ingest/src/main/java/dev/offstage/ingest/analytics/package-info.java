/**
 * Questions about a tenant's events, and their answers as JSON or CSV.
 *
 * <p>Answered from roll-ups ({@code dev.offstage.rollup}) where they hold the answer, else from the
 * events themselves; always within bounds of range, rows and time, so that no question keeps others
 * waiting. Everything is looked up by the caller's tenant. Nothing is written here.
 */
@NullMarked
package dev.offstage.ingest.analytics;

import org.jspecify.annotations.NullMarked;
