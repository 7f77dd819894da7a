package dev.offstage.ingest.asset;

import dev.offstage.blob.BlobKey;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;

/**
 * A blob that a URL leads to.
 *
 * @param filename to save it under; null for one that is shown in place
 */
record StoredBytes(BlobKey key, long size, MediaType mediaType, @Nullable String filename) {}
