package dev.offstage.worker.analytics;

import dev.offstage.event.JsonBytes;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Arrays;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.postgresql.copy.CopyIn;

/**
 * Rows in COPY's binary format, which needs no quoting and no parsing of times. Reused from one
 * transaction to the next.
 */
final class CopyBuffer {
  private static final byte[] SIGNATURE = {
    'P', 'G', 'C', 'O', 'P', 'Y', '\n', (byte) 0xff, '\r', '\n', 0
  };

  /** Between 1970, where Java's time begins, and 2000, where PostgreSQL's does. */
  private static final long EPOCH_SECONDS = 946_684_800;

  private static final int MICROS = 1_000_000;
  private static final int JSONB_VERSION = 1;
  private static final int CHUNK = 64 * 1024;
  private static final int KEPT = 16 << 20;
  private static final byte IPV4 = 2;
  private static final byte IPV6 = 3;

  private byte[] bytes = new byte[1 << 20];
  private int at;

  /** Begins a copy. */
  void begin() {
    if (bytes.length > KEPT) {
      bytes = new byte[KEPT];
    }
    at = 0;
    room(SIGNATURE.length + 8);
    System.arraycopy(SIGNATURE, 0, bytes, at, SIGNATURE.length);
    at += SIGNATURE.length;
    int32(0);
    int32(0);
  }

  /** Begins a row. */
  void row(int columns) {
    int16(columns);
  }

  /** Ends the copy and sends it. */
  void send(CopyIn copy) throws SQLException {
    int16(-1);
    try {
      for (int from = 0; from < at; from += CHUNK) {
        copy.writeToCopy(bytes, from, Math.min(CHUNK, at - from));
      }
      copy.endCopy();
    } finally {
      if (copy.isActive()) {
        copy.cancelCopy();
      }
    }
  }

  void id(UUID id) {
    int32(16);
    int64(id.getMostSignificantBits());
    int64(id.getLeastSignificantBits());
  }

  void time(@Nullable Instant time) {
    if (time == null) {
      int32(-1);
    } else {
      int32(8);
      int64((time.getEpochSecond() - EPOCH_SECONDS) * MICROS + time.getNano() / 1_000);
    }
  }

  void flag(boolean flag) {
    int32(1);
    room(1);
    bytes[at++] = (byte) (flag ? 1 : 0);
  }

  void text(@Nullable String text) {
    if (text == null) {
      int32(-1);
    } else {
      var utf8 = text.getBytes(StandardCharsets.UTF_8);
      int32(utf8.length);
      raw(utf8, 0, utf8.length);
    }
  }

  void json(@Nullable JsonBytes json) {
    if (json == null) {
      int32(-1);
    } else {
      int32(json.length() + 1);
      room(1);
      bytes[at++] = JSONB_VERSION;
      raw(json.bytes(), json.from(), json.length());
    }
  }

  void address(@Nullable String literal) {
    if (literal == null) {
      int32(-1);
      return;
    }
    var address = InetAddress.ofLiteral(literal);
    var raw = address.getAddress();
    int32(4 + raw.length);
    room(4);
    bytes[at++] = address instanceof Inet4Address ? IPV4 : IPV6;
    bytes[at++] = (byte) (raw.length * 8);
    bytes[at++] = 0; // a host, not a network
    bytes[at++] = (byte) raw.length;
    raw(raw, 0, raw.length);
  }

  private void raw(byte[] part, int from, int length) {
    room(length);
    System.arraycopy(part, from, bytes, at, length);
    at += length;
  }

  private void int16(int value) {
    room(2);
    bytes[at++] = (byte) (value >>> 8);
    bytes[at++] = (byte) value;
  }

  private void int32(int value) {
    room(4);
    for (int shift = 24; shift >= 0; shift -= 8) {
      bytes[at++] = (byte) (value >>> shift);
    }
  }

  private void int64(long value) {
    room(8);
    for (int shift = 56; shift >= 0; shift -= 8) {
      bytes[at++] = (byte) (value >>> shift);
    }
  }

  private void room(int more) {
    if (bytes.length - at < more) {
      bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, at + more));
    }
  }
}
