/**
 * The batch {@code audit-storage}: blobs that no row names, rows whose blobs are missing; reported,
 * and mended when told.
 *
 * <p>Invariant: nothing that is young is judged, nothing is mended before it was looked at again,
 * and nothing is mended at all where so much is missing that the store itself may be away.
 */
@NullMarked
package dev.offstage.scheduler.batch.storage;

import org.jspecify.annotations.NullMarked;
