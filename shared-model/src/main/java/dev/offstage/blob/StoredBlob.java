package dev.offstage.blob;

import java.time.Instant;

/**
 * A blob as the store has it.
 *
 * @param bytes how long it is
 * @param changedAt when it was last written, by the store's clock
 */
public record StoredBlob(BlobKey key, long bytes, Instant changedAt) {}
