package dev.offstage.worker.media;

import dev.offstage.blob.BlobMissingException;
import dev.offstage.blob.BlobStore;
import dev.offstage.worker.media.ImageAssets.Original;
import dev.offstage.worker.media.vips.NativeBytes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;

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
   * @return the original; the caller closes it
   * @throws BlobMissingException if the original is not there, or not all of it
   */
  NativeBytes read(Original original) throws IOException, ImageRefusedException {
    if (original.byteSize() > maxBytes) {
      throw new ImageRefusedException(
          "image-too-large",
          "The file has %d bytes (expected: at most %d).".formatted(original.byteSize(), maxBytes));
    }
    try (var channel = store.read(original.blob())) {
      var bytes = new NativeBytes(original.byteSize());
      try {
        fill(bytes.buffer(), channel, original);
        return bytes;
      } catch (IOException | RuntimeException | Error e) {
        bytes.close();
        throw e;
      }
    }
  }

  private static void fill(ByteBuffer bytes, SeekableByteChannel from, Original original)
      throws IOException {
    while (bytes.hasRemaining()) {
      if (from.read(bytes) < 0) {
        throw new BlobMissingException(
            original.blob(),
            "%d bytes (expected: %d)".formatted(bytes.position(), original.byteSize()));
      }
    }
  }
}
