/**
 * Where bytes are kept: uploads as they arrive, originals, variants.
 *
 * <p>Invariant: what {@link dev.offstage.blob.BlobStore} has confirmed is on disk, so that a row
 * which promises bytes never promises bytes that are not there. No row, tenant or HTTP here.
 */
@NullMarked
package dev.offstage.blob;

import org.jspecify.annotations.NullMarked;
