package dev.offstage.event;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Reads what {@link WireWriter} wrote, and says where it was something else. */
final class WireReader {
  private final byte[] bytes;
  private int at;

  WireReader(byte[] bytes) {
    this.bytes = bytes;
  }

  int number() {
    int value = 0;
    for (int shift = 0; shift < 35; shift += 7) {
      int next = next();
      value |= (next & 0x7f) << shift;
      if ((next & 0x80) == 0) {
        return value;
      }
    }
    throw wrong("a number that does not end");
  }

  long fixed() {
    long value = 0;
    for (int i = 0; i < 8; i++) {
      value = value << 8 | next();
    }
    return value;
  }

  UUID id() {
    return new UUID(fixed(), fixed());
  }

  Instant time() {
    try {
      return Instant.ofEpochSecond(fixed(), number());
    } catch (DateTimeException e) {
      throw new IllegalArgumentException("a time out of range at byte " + at, e);
    }
  }

  @Nullable Instant optionalTime() {
    return flag() == null ? null : time();
  }

  @Nullable Boolean flag() {
    return switch (number()) {
      case 0 -> null;
      case 1 -> true;
      case 2 -> false;
      default -> throw wrong("a flag that is none");
    };
  }

  @Nullable String text() {
    int length = length();
    if (length < 0) {
      return null;
    }
    at += length;
    return new String(bytes, at - length, length, StandardCharsets.UTF_8);
  }

  String required() {
    var text = text();
    if (text == null) {
      throw wrong("a text is missing");
    }
    return text;
  }

  @Nullable JsonBytes json() {
    int length = length();
    if (length < 0) {
      return null;
    }
    at += length;
    return JsonBytes.of(bytes, at - length, length);
  }

  /** How many of something follow; each takes at least a byte. */
  int count() {
    int count = number();
    if (count < 0 || count > bytes.length - at) {
      throw wrong("a count of " + count);
    }
    return count;
  }

  void end() {
    if (at != bytes.length) {
      throw wrong(bytes.length - at + " bytes too many");
    }
  }

  private int length() {
    int length = number() - 1;
    if (length < -1 || length > bytes.length - at) {
      throw wrong("a length of " + length);
    }
    return length;
  }

  private int next() {
    if (at >= bytes.length) {
      throw wrong("the end too early");
    }
    return bytes[at++] & 0xff;
  }

  private IllegalArgumentException wrong(String what) {
    return new IllegalArgumentException("not a batch of events: " + what + " at byte " + at);
  }
}
