package dev.offstage.worker.media;

import dev.offstage.blob.BlobMissingException;
import dev.offstage.blob.BlobStore;
import dev.offstage.worker.media.ImageAssets.Original;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Brings originals into native memory, up to a limit. */
final class OriginalReader {
  private final BlobStore store;
  private final long maxBytes;

  /**
   * @param maxBytes at most {@link Integer#MAX_VALUE}
   */
  OriginalReader(BlobStore store, long maxBytes) {
    this.store = store;
    this.maxBytes = maxBytes;
  }

  /**
   * @param arena owns the bytes
   * @throws BlobMissingException if the original is not there, or not all of it
   */
  MemorySegment read(Original original, Arena arena) throws IOException, ImageRefusedException {
    if (original.byteSize() > maxBytes) {
      throw new ImageRefusedException(
          "image-too-large",
          "The file has %d bytes (expected: at most %d).".formatted(original.byteSize(), maxBytes));
    }
    try (var channel = store.read(original.blob())) {
      var bytes = arena.allocate(original.byteSize());
      var buffer = bytes.asByteBuffer();
      while (buffer.hasRemaining()) {
        if (channel.read(buffer) < 0) {
          throw new BlobMissingException(
              original.blob(),
              "%d bytes (expected: %d)".formatted(buffer.position(), original.byteSize()));
        }
      }
      return bytes;
    }
  }
}
