package dev.offstage.job;

import java.net.URI;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Where calls go that succeed and fail together: a host, or a provider and a credential, of one
 * tenant, so that nobody can shut a destination for another. Written {@code host:acme/example.com},
 * {@code host:acme/example.com:8443}, {@code fcm:acme/my-project}.
 *
 * <p>A job that names its destination ({@link NewJob#destination}) waits at that destination's gate
 * while it is shut, and takes one of the calls at once that the destination may have.
 */
public record DestinationName(String text) {
  private static final Pattern FORM =
      Pattern.compile("([a-z][a-z0-9-]{0,20}):([a-z0-9-]{1,63})/([\\x21-\\x29\\x2b-\\x7e]{1,300})");

  /**
   * @throws IllegalArgumentException saying what was expected
   */
  public DestinationName {
    if (!FORM.matcher(text).matches()) {
      var shown = text.length() > 60 ? text.substring(0, 60) + "…" : text;
      throw new IllegalArgumentException(
          "destination: " + shown + " (expected: such as host:tenant/example.com)");
    }
  }

  /**
   * @param provider such as {@code fcm}
   * @param name of the credential, project or server; visible ASCII but for *
   */
  public static DestinationName of(String provider, String tenant, String name) {
    return new DestinationName(provider + ":" + tenant + "/" + name);
  }

  /** The host of a URL that {@code OutboundUrls} has checked. */
  public static DestinationName host(String tenant, URI url) {
    boolean usual = url.getPort() < 0;
    var host = url.getHost().toLowerCase(Locale.ROOT);
    return of("host", tenant, usual ? host : host + ":" + url.getPort());
  }

  /** What comes before the colon; few differ, so that metrics may be told apart by it. */
  public String provider() {
    return text.substring(0, text.indexOf(':'));
  }

  @Override
  public String toString() {
    return text;
  }
}
