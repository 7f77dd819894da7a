package dev.offstage.event;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A JSON value in UTF-8 that PostgreSQL can store as jsonb; a part of a larger array, which nobody
 * changes any more.
 */
public final class JsonBytes {
  private final byte[] bytes;
  private final int from;
  private final int length;

  private JsonBytes(byte[] bytes, int from, int length) {
    this.bytes = bytes;
    this.from = from;
    this.length = length;
  }

  public static JsonBytes of(byte[] bytes, int from, int length) {
    return new JsonBytes(bytes, from, length);
  }

  public static JsonBytes of(String json) {
    var bytes = json.getBytes(StandardCharsets.UTF_8);
    return new JsonBytes(bytes, 0, bytes.length);
  }

  public byte[] bytes() {
    return bytes;
  }

  public int from() {
    return from;
  }

  public int length() {
    return length;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof JsonBytes that
        && Arrays.equals(
            bytes, from, from + length, that.bytes, that.from, that.from + that.length);
  }

  @Override
  public int hashCode() {
    return toString().hashCode();
  }

  /** The JSON's text. */
  @Override
  public String toString() {
    return new String(bytes, from, length, StandardCharsets.UTF_8);
  }
}
