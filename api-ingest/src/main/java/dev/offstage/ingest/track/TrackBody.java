package dev.offstage.ingest.track;

import dev.offstage.body.BodyBytes;
import dev.offstage.ingest.track.read.UnreadableException;
import jakarta.servlet.http.HttpServletRequest;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * A request's JSON, whatever its Content-Type and Content-Encoding say: SDKs send text/plain, form
 * bodies that are none, and gzip that proxies have unpacked. Gzip is known by its first bytes.
 */
final class TrackBody {
  /** What a body may have, before and after it is inflated: Segment's 500 KB. */
  static final int MAX_BYTES = 500 * 1024;

  private static final int CHUNK = 16 * 1024;
  private static final int GZIP_1 = 0x1f;
  private static final int GZIP_2 = 0x8b;

  /** What a byte of a body costs until it is confirmed: itself, what is read of it, its message. */
  private static final int HELD_PER_BYTE = 4;

  private TrackBody() {}

  /**
   * Reads it, in UTF-8 without a byte order mark.
   *
   * @throws UnreadableException if it is too large, not UTF-8, or no gzip though it begins as such
   * @throws dev.offstage.problem.ProblemException if it is too slow or cut off, or if there is no
   *     room for it: it may be sent again
   */
  static byte[] read(HttpServletRequest request, InFlight.Share share, Duration timeout) {
    try {
      var body = new BodyBytes(new Deadline(request.getInputStream(), timeout), MAX_BYTES);
      var raw = new BufferedInputStream(body, CHUNK);
      raw.mark(2);
      boolean gzip = raw.read() == GZIP_1 && raw.read() == GZIP_2;
      raw.reset();
      return utf8(bounded(gzip ? new GZIPInputStream(raw, CHUNK) : raw, share));
    } catch (BodyBytes.TooLargeException e) {
      throw tooLarge();
    } catch (ZipException e) {
      throw new UnreadableException("The body begins as gzip, and then is none.", e);
    } catch (EOFException e) {
      throw new UnreadableException("The body's gzip ends before it is whole.", e);
    } catch (IOException e) {
      throw TrackProblems.cutOff(e);
    }
  }

  /** Reads it, and forgets it. */
  static void drop(HttpServletRequest request, Duration timeout) {
    try {
      new Deadline(request.getInputStream(), timeout).readNBytes(MAX_BYTES);
    } catch (IOException e) {
      throw TrackProblems.cutOff(e);
    }
  }

  private static byte[] bounded(InputStream in, InFlight.Share share) throws IOException {
    var bytes = new byte[CHUNK];
    int length = 0;
    hold(share, CHUNK);
    while (true) {
      int count = in.read(bytes, length, bytes.length - length);
      if (count < 0) {
        return length == bytes.length ? bytes : Arrays.copyOf(bytes, length);
      }
      length += count;
      if (length > MAX_BYTES) {
        throw tooLarge();
      }
      if (length == bytes.length) {
        int more = Math.min(bytes.length, MAX_BYTES + 1 - bytes.length);
        hold(share, more);
        bytes = Arrays.copyOf(bytes, bytes.length + more);
      }
    }
  }

  private static UnreadableException tooLarge() {
    return new UnreadableException(
        "The body is too large (expected: at most %d bytes, once inflated).".formatted(MAX_BYTES));
  }

  private static void hold(InFlight.Share share, int bytes) {
    if (!share.tryAdd((long) bytes * HELD_PER_BYTE)) {
      throw TrackProblems.noRoom();
    }
  }

  /** PostgreSQL would refuse anything else, and whoever writes it could not tell which event. */
  private static byte[] utf8(byte[] bytes) {
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
    } catch (CharacterCodingException e) {
      throw new UnreadableException("The JSON is not UTF-8.", e);
    }
    boolean marked =
        bytes.length >= 3
            && bytes[0] == (byte) 0xef
            && bytes[1] == (byte) 0xbb
            && bytes[2] == (byte) 0xbf;
    return marked ? Arrays.copyOfRange(bytes, 3, bytes.length) : bytes;
  }

  /** Tomcat bounds how long a body may stall, not how long it may take. */
  private static final class Deadline extends InputStream {
    private final InputStream in;
    private final long until;

    Deadline(InputStream in, Duration timeout) {
      this.in = in;
      this.until = System.nanoTime() + timeout.toNanos();
    }

    @Override
    public int read() throws IOException {
      check();
      return in.read();
    }

    @Override
    public int read(byte[] to, int at, int length) throws IOException {
      check();
      return in.read(to, at, length);
    }

    private void check() throws IOException {
      if (System.nanoTime() - until > 0) {
        throw new IOException("the body took too long");
      }
    }
  }
}
