/**
 * The batch {@code export}: a tenant's events or jobs of some days, as files in the blob store.
 *
 * <p>Invariant: where a file ends depends on what is in it alone. So a run that was killed begins
 * its open file anew, and its files are those of a run that was not.
 */
@NullMarked
package dev.offstage.scheduler.batch.export;

import org.jspecify.annotations.NullMarked;
