package dev.offstage.blob;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/** The one writer of a blob, for as long as it is open. For one thread. */
public interface BlobAppender extends Closeable {

  /** Writes all that remains in {@code bytes} at {@link #position()}. */
  void write(ByteBuffer bytes) throws IOException;

  /** How long the blob is by now, forced or not. */
  long position() throws IOException;

  /** Returns once everything written so far would survive a loss of power. */
  void force() throws IOException;

  /** Cuts the blob back to {@code size} bytes. */
  void truncate(long size) throws IOException;

  /** Gives the blob up to the next writer. What was not forced may or may not last. */
  @Override
  void close() throws IOException;
}
