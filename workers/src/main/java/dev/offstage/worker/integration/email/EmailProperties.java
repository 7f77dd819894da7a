package dev.offstage.worker.integration.email;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Who may send e-mail as whom. The server is {@code spring.mail.*}; without {@code
 * spring.mail.host} a worker leaves e-mail to others.
 *
 * @param from the senders that every tenant may use: addresses, or {@code @example.com} for all of
 *     a domain. None by default
 * @param tenants which others a tenant may use, by its id
 * @param credentialPause how long jobs wait when the server refuses our credentials
 */
@ConfigurationProperties("offstage.email")
record EmailProperties(
    @DefaultValue List<String> from,
    @DefaultValue Map<String, Sender> tenants,
    @DefaultValue("5m") Duration credentialPause) {

  /** What a tenant may use. */
  record Sender(@DefaultValue List<String> from) {}

  /**
   * @throws IllegalArgumentException naming the property, its value and what was expected
   */
  EmailProperties {
    Stream.concat(from.stream(), tenants.values().stream().flatMap(each -> each.from().stream()))
        .forEach(EmailProperties::check);
    if (!credentialPause.isPositive()) {
      throw new IllegalArgumentException(
          "offstage.email.credential-pause: " + credentialPause + " (expected: > 0)");
    }
  }

  private static void check(String from) {
    if (!from.matches("[^@\\s]*@[A-Za-z0-9.-]+")) {
      throw new IllegalArgumentException(
          "offstage.email.from: %s (expected: an address, or @ and a domain)".formatted(from));
    }
  }

  boolean allows(String tenant, String address) {
    var own = tenants.get(tenant);
    return Stream.concat(from.stream(), own == null ? Stream.of() : own.from().stream())
        .anyMatch(allowed -> matches(allowed, address));
  }

  private static boolean matches(String allowed, String address) {
    var lower = address.toLowerCase(Locale.ROOT);
    var pattern = allowed.toLowerCase(Locale.ROOT);
    return pattern.startsWith("@")
        ? lower.substring(lower.lastIndexOf('@')).equals(pattern)
        : lower.equals(pattern);
  }
}
