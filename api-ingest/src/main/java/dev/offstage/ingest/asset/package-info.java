/**
 * Assets as their owners see them: what became of an upload, its variants, their bytes.
 *
 * <p>Invariants: bytes leave only by a signed, expiring URL; a deleted asset is gone for everybody
 * at once, and its blobs go after that commit, if need be by the sweep. Making variants is the
 * workers'.
 */
@NullMarked
package dev.offstage.ingest.asset;

import org.jspecify.annotations.NullMarked;
