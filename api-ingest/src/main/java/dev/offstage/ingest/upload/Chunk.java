package dev.offstage.ingest.upload;

import org.jspecify.annotations.Nullable;

/**
 * What a request says of the bytes that it carries.
 *
 * @param offset where they belong
 * @param size how many they are; -1 if the client does not say
 * @param totalLength of the whole upload, if the client tells it with this request
 * @param checksum they must have; null for none. Without a match none of them is kept
 */
public record Chunk(
    long offset, long size, @Nullable Long totalLength, @Nullable Checksum checksum) {

  /** The end of the chunk, as far as it is known. */
  long end() {
    if (size < 0) {
      return offset;
    }
    return size > Long.MAX_VALUE - offset ? Long.MAX_VALUE : offset + size;
  }
}
