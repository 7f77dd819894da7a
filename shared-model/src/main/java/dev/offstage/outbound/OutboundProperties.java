package dev.offstage.outbound;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What may be called in the world outside. By default https at public addresses.
 *
 * @param allowedHosts may be called although their addresses are private, and by plain http: a name
 *     or an address, an IPv6 one in brackets, with or without a port, such as {@code
 *     billing.internal:8080}. Without a port, any port of it
 * @param plainHttp whether public addresses may be called by http too
 */
@ConfigurationProperties("offstage.outbound")
public record OutboundProperties(
    @Nullable Set<String> allowedHosts, @DefaultValue("false") boolean plainHttp) {
  private static final Pattern HOST =
      Pattern.compile("([a-z0-9_]([a-z0-9_.-]*[a-z0-9_])?|\\[[0-9a-f:.]+])(:[0-9]{1,5})?");

  /**
   * @throws IllegalArgumentException naming the property, its value and what was expected
   */
  public OutboundProperties {
    allowedHosts =
        allowedHosts == null
            ? Set.of()
            : allowedHosts.stream()
                .map(OutboundProperties::canonical)
                .collect(Collectors.toUnmodifiableSet());
  }

  /** As {@link OutboundUrls} writes hosts. */
  private static String canonical(String text) {
    var host = text.strip().toLowerCase(Locale.ROOT);
    int end = host.indexOf(']') + 1;
    var six = OutboundUrls.literal(host.substring(0, end));
    if (!HOST.matcher(host).matches() || (end > 0 && six == null)) {
      throw new IllegalArgumentException(
          "offstage.outbound.allowed-hosts: "
              + text
              + " (expected: a name or an address, such as billing.internal:8080 or [::1])");
    }
    return six == null ? host : "[" + six.getHostAddress() + "]" + host.substring(end);
  }

  /**
   * @param host in lower case, an IPv6 address in brackets
   */
  boolean allows(String host, int port) {
    var hosts = allowedHosts();
    return hosts != null && (hosts.contains(host) || hosts.contains(host + ":" + port));
  }
}
