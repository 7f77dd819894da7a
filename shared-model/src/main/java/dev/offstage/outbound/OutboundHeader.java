package dev.offstage.outbound;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A header of a call to the world outside.
 *
 * @param name a token, at most 100 characters; none that the connection itself needs
 * @param value visible ASCII, spaces and tabs within; at most 4,000 characters
 */
public record OutboundHeader(String name, String value) {
  private static final Pattern NAME = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}");
  private static final Pattern VALUE =
      Pattern.compile("([\\x21-\\x7e]([\\x20-\\x7e\\t]{0,3998}[\\x21-\\x7e])?)?");

  /** The connection's own: whoever could set them could smuggle a second request. */
  private static final Set<String> RESERVED =
      Set.of(
          "connection",
          "content-length",
          "expect",
          "host",
          "keep-alive",
          "proxy-authorization",
          "proxy-connection",
          "te",
          "trailer",
          "transfer-encoding",
          "upgrade");

  /**
   * @throws IllegalArgumentException naming the header and what was expected; never the value,
   *     which may be a credential
   */
  public OutboundHeader {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "header name: " + shown(name) + " (expected: 1 to 100 characters of a token)");
    }
    if (RESERVED.contains(name.toLowerCase(Locale.ROOT))) {
      throw new IllegalArgumentException(
          "header name: " + name + " (expected: none that the connection itself needs)");
    }
    if (!VALUE.matcher(value).matches()) {
      throw new IllegalArgumentException(
          "header " + name + ": its value (expected: at most 4000 visible ASCII characters)");
    }
  }

  private static String shown(String name) {
    return name.length() > 40 ? name.substring(0, 40) + "…" : name;
  }

  /** Without the value, which may be a credential. */
  @Override
  public String toString() {
    return name + ": …";
  }
}
