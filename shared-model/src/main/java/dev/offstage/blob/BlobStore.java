package dev.offstage.blob;

import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Keeps blobs. Every method may be called from many threads and many processes. */
public interface BlobStore {

  /**
   * Opens a blob to append at {@code offset}, creating it at offset 0. What lies behind the offset
   * is cut off: nobody was promised it.
   *
   * <p>The appender is exclusive over threads, processes and nodes, and its exclusiveness ends with
   * its process.
   *
   * @param offset asked once the blob is held, so that what was promised meanwhile is not cut off;
   *     if it throws, the blob is given up untouched
   * @throws BlobBusyException if another appender of the blob is open
   * @throws BlobMissingException if the blob is shorter than {@code offset}
   */
  BlobAppender append(BlobKey key, LongSupplier offset) throws IOException;

  /**
   * Opens a blob to read; the caller closes it.
   *
   * @throws BlobMissingException if there is none
   */
  SeekableByteChannel read(BlobKey key) throws IOException;

  /**
   * Makes {@code target} of {@code sources}, one behind the other, and forces it. The sources stay.
   * An existing target is replaced whole.
   *
   * @throws BlobMissingException if a source is missing
   */
  void concat(BlobKey target, List<BlobKey> sources) throws IOException;

  /** Writes a whole small blob (a variant), forced; it is there whole or not at all. */
  void put(BlobKey key, byte[] bytes) throws IOException;

  /** A blob, unless it is missing. */
  Optional<StoredBlob> find(BlobKey key) throws IOException;

  /**
   * The blobs behind {@code after}, in an order of the store's own that stays the same, so that one
   * may go on behind the last that was seen. What comes or goes meanwhile may or may not be among
   * them, and so may what is being written.
   *
   * @param after null for all of them
   */
  BlobListing list(@Nullable BlobKey after);

  /** Deletes a blob; one that is missing is deleted already. */
  void delete(BlobKey key) throws IOException;
}
