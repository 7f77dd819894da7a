package dev.offstage.outbound;

import java.net.IDN;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Says which URLs may be called. Looks at the text alone and asks no name server: where a name
 * leads is decided at the call, since it may lead elsewhere by then.
 */
@Component
public final class OutboundUrls {
  private static final int MAX = 2_048;
  private static final int HTTP_PORT = 80;
  private static final int HTTPS_PORT = 443;
  private static final int FIRST_FREE_PORT = 1_024;

  private static final Pattern LABEL = Pattern.compile("[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?");

  /** WHATWG: a host whose last label is such a number is an address, or nothing. */
  private static final Pattern NUMBER = Pattern.compile("[0-9]+|0x[0-9a-f]*");

  private static final Pattern QUAD =
      Pattern.compile("(?:(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)(?:\\.(?!$)|$)){4}");

  private static final Pattern LOCAL =
      Pattern.compile(
          "(.*\\.)?(localhost|localdomain|local|internal|intranet|lan|home\\.arpa|corp|home)");

  private final OutboundProperties properties;

  public OutboundUrls(OutboundProperties properties) {
    this.properties = properties;
  }

  /**
   * Checks a URL and brings it into one form: scheme and host in lower case, the host in ASCII,
   * without a trailing dot.
   *
   * @param text https, or http where that is allowed; at most 2,048 characters
   * @throws IllegalArgumentException with the URL (without what may be a credential) and what was
   *     expected
   */
  public URI check(String text) {
    if (text.length() > MAX) {
      throw refused(text, "at most " + MAX + " characters");
    }
    var uri = parsed(text);
    var scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
    boolean https = scheme.equals("https");
    if (!https && !scheme.equals("http")) {
      throw refused(text, "an https URL");
    }
    if (uri.getRawFragment() != null) {
      throw refused(text, "no fragment");
    }
    var at = Authority.of(uri.getRawAuthority(), https ? HTTPS_PORT : HTTP_PORT);
    if (at.error() != null) {
      throw refused(text, at.error());
    }
    var host = host(text, at.host());
    checkPlace(text, host, at.port(), https);
    return made(text, scheme, host, at, uri);
  }

  /** Whether a host may be called wherever it is: the configuration says so. */
  public boolean allows(String host, int port) {
    return properties.allows(host, port);
  }

  private static URI parsed(String text) {
    try {
      return new URI(text);
    } catch (URISyntaxException e) {
      throw refused(text, "a URL, such as https://example.com/hooks");
    }
  }

  private void checkPlace(String text, String host, int port, boolean https) {
    if (allows(host, port)) {
      return;
    }
    if (!https && !properties.plainHttp()) {
      throw refused(text, "https");
    }
    if (port < FIRST_FREE_PORT && port != HTTPS_PORT && port != HTTP_PORT) {
      throw refused(text, "port 443, 80, or 1024 and more");
    }
    var literal = literal(host);
    if (literal != null ? !AddressRules.isPublic(literal) : isLocal(host)) {
      throw refused(text, "a public host");
    }
  }

  private static boolean isLocal(String host) {
    return host.indexOf('.') < 0 || LOCAL.matcher(host).matches();
  }

  /** In ASCII and lower case, an IPv6 address in brackets. */
  private static String host(String text, String raw) {
    if (raw.startsWith("[")) {
      var address = literal(raw.toLowerCase(Locale.ROOT));
      if (address == null) {
        throw refused(text, "an IPv6 address without a zone");
      }
      return address.getAddress().length == 4
          ? address.getHostAddress() // ::ffff:1.2.3.4
          : "[" + address.getHostAddress() + "]";
    }
    var host = ascii(text, raw);
    var labels = host.split("\\.", -1);
    if (NUMBER.matcher(labels[labels.length - 1]).matches()) {
      if (!QUAD.matcher(host).matches()) {
        throw refused(text, "a name, or an IPv4 address of four decimal numbers");
      }
      return host;
    }
    for (var label : labels) {
      if (!LABEL.matcher(label).matches()) {
        throw refused(text, "a host name");
      }
    }
    return host;
  }

  /** UTS 46's other dots are dots; one dot at the end says only that the name is whole. */
  private static String ascii(String text, String raw) {
    try {
      var dotted = raw.replaceAll("[\\u3002\\uff0e\\uff61]", ".");
      var whole = dotted.endsWith(".") ? dotted.substring(0, dotted.length() - 1) : dotted;
      var ascii = IDN.toASCII(whole).toLowerCase(Locale.ROOT);
      if (ascii.isEmpty() || ascii.length() > 253) {
        throw refused(text, "a host name");
      }
      return ascii;
    } catch (IllegalArgumentException e) {
      throw refused(text, "a host name");
    }
  }

  /**
   * The address that a host is the text of; null for a name. Asks no name server.
   *
   * @param host an IPv6 address in brackets
   */
  public static @Nullable InetAddress literal(String host) {
    boolean six = host.startsWith("[");
    if (six ? !host.endsWith("]") || host.indexOf('%') >= 0 : !QUAD.matcher(host).matches()) {
      return null;
    }
    try {
      return InetAddress.ofLiteral(six ? host.substring(1, host.length() - 1) : host);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  private static URI made(String text, String scheme, String host, Authority at, URI uri) {
    var made = new StringBuilder(scheme).append("://").append(host);
    if (at.port() != (scheme.equals("https") ? HTTPS_PORT : HTTP_PORT)) {
      made.append(':').append(at.port());
    }
    var path = uri.getRawPath();
    made.append(path == null || path.isEmpty() ? "/" : path);
    if (uri.getRawQuery() != null) {
      made.append('?').append(uri.getRawQuery());
    }
    try {
      return new URI(new URI(made.toString()).toASCIIString());
    } catch (URISyntaxException e) {
      throw refused(text, "a URL, such as https://example.com/hooks");
    }
  }

  /** Without user info and query, which may be credentials. */
  private static IllegalArgumentException refused(String text, @Nullable String expected) {
    var shown = text.replaceAll("[\\p{Cntrl}]", "?");
    int query = shown.indexOf('?');
    shown = query < 0 ? shown : shown.substring(0, query) + "?…";
    int user = shown.lastIndexOf('@');
    shown = user < 0 ? shown : "…@" + shown.substring(user + 1);
    shown = shown.length() > 200 ? shown.substring(0, 200) + "…" : shown;
    return new IllegalArgumentException("url: " + shown + " (expected: " + expected + ")");
  }
}
