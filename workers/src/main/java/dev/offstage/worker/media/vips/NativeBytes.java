package dev.offstage.worker.media.vips;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Bytes outside of the Java heap, where libvips reads them without a copy. For one thread; closing
 * them frees the memory at once.
 */
public final class NativeBytes implements AutoCloseable {
  private final Arena arena = Arena.ofConfined();
  private final MemorySegment segment;

  /** So many zeros. */
  public NativeBytes(long size) {
    segment = arena.allocate(size);
  }

  public static NativeBytes of(byte[] bytes) {
    var copy = new NativeBytes(bytes.length);
    copy.buffer().put(bytes);
    return copy;
  }

  public long size() {
    return segment.byteSize();
  }

  /** The byte at {@code index}, 0 to 255. */
  public int at(long index) {
    return Byte.toUnsignedInt(segment.get(JAVA_BYTE, index));
  }

  /** The {@code length} bytes from {@code index} on, each a character. */
  public String text(long index, int length) {
    return new String(
        segment.asSlice(index, length).toArray(JAVA_BYTE), StandardCharsets.ISO_8859_1);
  }

  /** All of them, to be filled; valid until they are closed. */
  public ByteBuffer buffer() {
    return segment.asByteBuffer();
  }

  MemorySegment segment() {
    return segment;
  }

  @Override
  public void close() {
    arena.close();
  }
}
