package dev.offstage.body;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** A body that must not be larger than so many bytes. */
public final class BodyBytes extends FilterInputStream {
  private long left;

  public BodyBytes(InputStream in, long max) {
    super(in);
    this.left = max;
  }

  /** The body is larger than it may be. */
  public static final class TooLargeException extends IOException {}

  @Override
  public int read() throws IOException {
    var one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] to, int at, int length) throws IOException {
    int count = super.read(to, at, length);
    left -= Math.max(0, count);
    if (left < 0) {
      throw new TooLargeException();
    }
    return count;
  }

  /** Whether the client has sent nothing more yet. */
  public boolean isDrained() {
    try {
      return available() == 0;
    } catch (IOException e) {
      return true; // whoever reads next is told
    }
  }
}
