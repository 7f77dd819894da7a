/**
 * Files that batches make: blobs that are hashed as they are written, and the rows that name them.
 *
 * <p>Invariant: a row is written once its blob is whole and forced, and goes once its blob is gone.
 * A blob without a row is nobody's: its batch had not come so far, and writes it anew.
 */
@NullMarked
package dev.offstage.scheduler.batch.artifact;

import org.jspecify.annotations.NullMarked;
