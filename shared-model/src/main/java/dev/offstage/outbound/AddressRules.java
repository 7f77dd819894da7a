package dev.offstage.outbound;

import java.net.InetAddress;
import org.springframework.boot.http.client.InetAddressFilter;

/** Which addresses are public. Asked with what a name resolved to, right before the connection. */
public final class AddressRules {
  /**
   * Beside what Spring Boot takes for internal: addresses that carry an IPv4 address which a
   * gateway or the operating system may unpack (IPv4-compatible, translated, NAT64 of a local
   * prefix, ISATAP is told by its interface id), site-local ones, documentation, segment routing,
   * and the anycast blocks that only name the nearest server.
   */
  private static final InetAddressFilter PUBLIC =
      InetAddressFilter.externalAddresses()
          .andNot(
              "::/96",
              "::ffff:0:0:0/96",
              "64:ff9b::/96",
              "64:ff9b:1::/48",
              "100::/64",
              "100:0:0:1::/64",
              "2001::/23",
              "2002::/16",
              "2620:4f:8000::/48",
              "3fff::/20",
              "5f00::/16",
              "fc00::/7",
              "fe80::/9",
              "192.31.196.0/24",
              "192.52.193.0/24",
              "192.175.48.0/24",
              "168.63.129.16/32")
          .andNot(AddressRules::isIsatap);

  private AddressRules() {}

  /** Whether an address is nobody's inside: neither private nor a way to something private. */
  public static boolean isPublic(InetAddress address) {
    return !address.isAnyLocalAddress()
        && !address.isLoopbackAddress()
        && !address.isLinkLocalAddress()
        && !address.isSiteLocalAddress()
        && !address.isMulticastAddress()
        && PUBLIC.matches(address);
  }

  /** RFC 5214: the interface id {@code 0:5efe} or {@code 200:5efe} is followed by IPv4. */
  private static boolean isIsatap(InetAddress address) {
    var bytes = address.getAddress();
    return bytes.length == 16
        && (bytes[8] & 0xfd) == 0
        && bytes[9] == 0
        && bytes[10] == 0x5e
        && bytes[11] == (byte) 0xfe;
  }
}
