package dev.offstage.ingest.upload;

import org.jspecify.annotations.Nullable;

/**
 * An upload to be created.
 *
 * @param length null if the client will tell later
 * @param metadata to be stored verbatim, checked by the protocol's adapter
 * @param concat to be stored verbatim; null unless the upload is a part or is made of parts
 */
public record NewUpload(
    @Nullable Long length, @Nullable String metadata, @Nullable String concat) {}
