/**
 * The batch {@code export-user}: what there is of a person, in one zip in the blob store, with a
 * certificate of what is in it.
 *
 * <p>Invariant: each section grows line by line at an offset that is committed with how far its
 * reader came; the zip is made of whole sections, anew if its making was interrupted.
 */
@NullMarked
package dev.offstage.scheduler.batch.archive;

import org.jspecify.annotations.NullMarked;
