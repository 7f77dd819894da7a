/**
 * Jobs on their way in over REST: one by one or in batches, read strictly, committed, then
 * answered.
 *
 * <p>Invariant: what is accepted here is a row that PostgreSQL has committed. A body that cannot be
 * stored as it is (NUL, lone surrogates, numbers beyond reason) is refused before it gets there.
 */
@NullMarked
package dev.offstage.ingest.enqueue;

import org.jspecify.annotations.NullMarked;
