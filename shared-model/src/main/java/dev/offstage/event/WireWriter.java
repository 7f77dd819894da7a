package dev.offstage.event;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Writes the parts of a message; what may be null is told from what is empty. */
final class WireWriter {
  private byte[] bytes;
  private int at;

  WireWriter(int expected) {
    bytes = new byte[Math.max(256, expected)];
  }

  void number(int value) {
    room(5);
    int rest = value;
    while ((rest & ~0x7f) != 0) {
      bytes[at++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    bytes[at++] = (byte) rest;
  }

  void fixed(long value) {
    room(8);
    for (int shift = 56; shift >= 0; shift -= 8) {
      bytes[at++] = (byte) (value >>> shift);
    }
  }

  void id(UUID id) {
    fixed(id.getMostSignificantBits());
    fixed(id.getLeastSignificantBits());
  }

  void time(Instant time) {
    fixed(time.getEpochSecond());
    number(time.getNano());
  }

  void optionalTime(@Nullable Instant time) {
    flag(time == null ? null : Boolean.TRUE);
    if (time != null) {
      time(time);
    }
  }

  /** True, false or not known. */
  void flag(@Nullable Boolean flag) {
    number(flag == null ? 0 : flag ? 1 : 2);
  }

  void text(@Nullable String text) {
    if (text == null) {
      number(0);
    } else {
      var utf8 = text.getBytes(StandardCharsets.UTF_8);
      part(utf8, 0, utf8.length);
    }
  }

  void json(@Nullable JsonBytes json) {
    if (json == null) {
      number(0);
    } else {
      part(json.bytes(), json.from(), json.length());
    }
  }

  private void part(byte[] part, int from, int length) {
    number(length + 1);
    room(length);
    System.arraycopy(part, from, bytes, at, length);
    at += length;
  }

  int size() {
    return at;
  }

  byte[] toBytes() {
    return Arrays.copyOf(bytes, at);
  }

  private void room(int more) {
    if (bytes.length - at < more) {
      bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, at + more));
    }
  }
}
