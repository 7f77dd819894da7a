package dev.offstage.outbound;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The host and port of a URL, taken apart by hand: {@link java.net.URI} gives up on hosts that are
 * not ASCII, and hands out what it does not understand as one piece.
 *
 * @param host as written; an IPv6 address in brackets
 * @param error what was expected where it is none
 */
record Authority(String host, int port, @Nullable String error) {
  private static final Pattern FORM = Pattern.compile("(\\[[^\\[\\]]*]|[^\\[\\]:]+)(?::([0-9]*))?");
  private static final int MAX_PORT = 65_535;

  static Authority of(@Nullable String raw, int defaultPort) {
    if (raw == null || raw.isEmpty()) {
      return wrong("a URL with a host");
    }
    if (raw.indexOf('@') >= 0) {
      return wrong("no user or password in the URL");
    }
    var matcher = FORM.matcher(raw);
    if (!matcher.matches() || raw.indexOf('%') >= 0) {
      return wrong("a host, and perhaps a port");
    }
    var digits = matcher.group(2);
    if (digits == null || digits.isEmpty()) {
      return new Authority(matcher.group(1), defaultPort, null);
    }
    int port = digits.length() > 5 ? -1 : Integer.parseInt(digits);
    return port < 1 || port > MAX_PORT
        ? wrong("a port from 1 to " + MAX_PORT)
        : new Authority(matcher.group(1), port, null);
  }

  private static Authority wrong(String expected) {
    return new Authority("", 0, expected);
  }
}
