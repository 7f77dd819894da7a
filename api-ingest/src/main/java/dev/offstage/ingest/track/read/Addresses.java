package dev.offstage.ingest.track.read;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** What is kept of an address. */
final class Addresses {
  private static final int V4 = 4;
  private static final int V4_KEPT = 3;
  private static final int V6_KEPT = 6;

  private Addresses() {}

  /** The address as PostgreSQL takes it; null if the text is none. Never asks DNS. */
  static @Nullable String whole(@Nullable String text) {
    var address = parse(text);
    return address == null ? null : address.getHostAddress();
  }

  /** Its network: 24 bits of IPv4, 48 of IPv6, the rest zeros. */
  static @Nullable String truncated(@Nullable String text) {
    var address = parse(text);
    if (address == null) {
      return null;
    }
    var bytes = address.getAddress();
    Arrays.fill(bytes, bytes.length == V4 ? V4_KEPT : V6_KEPT, bytes.length, (byte) 0);
    try {
      return InetAddress.getByAddress(bytes).getHostAddress();
    } catch (UnknownHostException e) {
      throw new IllegalStateException(e);
    }
  }

  private static @Nullable InetAddress parse(@Nullable String text) {
    if (text == null || text.indexOf('%') >= 0) {
      return null;
    }
    try {
      return InetAddress.ofLiteral(text);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }
}
