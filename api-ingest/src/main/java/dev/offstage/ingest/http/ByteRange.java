package dev.offstage.ingest.http;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A range of the bytes of something (RFC 9110, 14.1.2).
 *
 * @param size of the whole
 * @param isPart whether it was asked for, and is answered 206, even if it is all there is
 */
public record ByteRange(long first, long length, long size, boolean isPart) {
  private static final Pattern FORM =
      Pattern.compile(
          "\\s*bytes\\s*=\\s*([0-9]{0,18})\\s*-\\s*([0-9]{0,18})\\s*", Pattern.CASE_INSENSITIVE);

  /**
   * What a {@code Range} header asks for. The whole, if there is none, or one that is malformed, of
   * another unit, or of several ranges, which a server may ignore; null if it cannot be satisfied.
   */
  public static @Nullable ByteRange of(@Nullable String header, long size) {
    var whole = new ByteRange(0, size, size, false);
    var match = FORM.matcher(header == null ? "" : header);
    if (!match.matches()) {
      return whole;
    }
    var from = match.group(1);
    var to = match.group(2);
    if (from.isEmpty()) {
      return to.isEmpty() ? whole : suffix(Long.parseLong(to), size);
    }
    long first = Long.parseLong(from);
    long last = to.isEmpty() ? Long.MAX_VALUE : Long.parseLong(to);
    if (last < first) {
      return whole;
    }
    return first >= size
        ? null
        : new ByteRange(first, Math.min(last, size - 1) - first + 1, size, true);
  }

  private static @Nullable ByteRange suffix(long wanted, long size) {
    long length = Math.min(wanted, size);
    return length == 0 ? null : new ByteRange(size - length, length, size, true);
  }

  /** The header {@code Content-Range}. */
  public String contentRange() {
    return "bytes " + first + "-" + (first + length - 1) + "/" + size;
  }
}
