package dev.offstage.scheduler.batch.artifact;

import dev.offstage.blob.BlobAppender;
import dev.offstage.blob.BlobKey;
import dev.offstage.blob.BlobStore;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Writes a blob from its beginning, whatever was there. It is the blob's only writer until it is
 * closed; until {@link #finish} nobody is promised a byte of it.
 */
public final class BlobOutput extends OutputStream {
  private static final int BUFFER = 64 * 1024;

  private final BlobKey key;
  private final BlobAppender appender;
  private final MessageDigest digest;
  private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
  private long bytes;

  private BlobOutput(BlobKey key, BlobAppender appender) {
    this.key = key;
    this.appender = appender;
    this.digest = sha256();
  }

  /**
   * @throws dev.offstage.blob.BlobBusyException if somebody else writes it
   */
  public static BlobOutput create(BlobStore store, BlobKey key) throws IOException {
    return new BlobOutput(key, store.append(key, () -> 0));
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** How long it is so far. */
  public long bytes() {
    return bytes;
  }

  @Override
  public void write(int b) throws IOException {
    if (!buffer.hasRemaining()) {
      flush();
    }
    buffer.put((byte) b);
    bytes++;
  }

  @Override
  public void write(byte[] source, int offset, int length) throws IOException {
    int at = offset;
    int left = length;
    while (left > 0) {
      if (!buffer.hasRemaining()) {
        flush();
      }
      int part = Math.min(left, buffer.remaining());
      buffer.put(source, at, part);
      at += part;
      left -= part;
    }
    bytes += length;
  }

  @Override
  public void flush() throws IOException {
    buffer.flip();
    digest.update(buffer.duplicate());
    appender.write(buffer);
    buffer.clear();
  }

  /** Forces it to disk. It is whole now; nothing may be written any more. */
  public Written finish() throws IOException {
    flush();
    appender.force();
    return new Written(key, bytes, HexFormat.of().formatHex(digest.digest()));
  }

  @Override
  public void close() throws IOException {
    appender.close();
  }

  /**
   * A blob that is whole.
   *
   * @param sha256 in hexadecimal
   */
  public record Written(BlobKey key, long bytes, String sha256) {}
}
