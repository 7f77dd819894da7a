package dev.offstage.worker.integration.push.apns;

import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How APNs is reached.
 *
 * @param production where devices of released apps are, as {@code host:port}
 * @param sandbox where those of development builds are
 * @param trustedCertificates PEM: who is trusted beside whom Java trusts, for a proxy of one's own;
 *     null for nobody
 * @param connectionTimeout for a connection
 * @param timeout for an answer
 * @param clients connections to credentials that are kept open, one each; those go first that were
 *     used longest ago
 */
@ConfigurationProperties("offstage.push.apns")
record ApnsProperties(
    @DefaultValue("api.push.apple.com:443") String production,
    @DefaultValue("api.sandbox.push.apple.com:443") String sandbox,
    @Nullable Path trustedCertificates,
    @DefaultValue("10s") Duration connectionTimeout,
    @DefaultValue("30s") Duration timeout,
    @DefaultValue("100") int clients) {

  /**
   * @throws IllegalArgumentException naming the property, its value and what was expected
   */
  ApnsProperties {
    check("production", production);
    check("sandbox", sandbox);
    if (!connectionTimeout.isPositive() || !timeout.isPositive()) {
      throw new IllegalArgumentException(
          "offstage.push.apns: connection-timeout %s, timeout %s (expected: > 0)"
              .formatted(connectionTimeout, timeout));
    }
    if (clients < 1 || clients > 10_000) {
      throw new IllegalArgumentException(
          "offstage.push.apns.clients: " + clients + " (expected: 1 to 10000)");
    }
  }

  private static void check(String name, String address) {
    if (!address.matches("[A-Za-z0-9.-]+:\\d{1,5}")) {
      throw new IllegalArgumentException(
          "offstage.push.apns.%s: %s (expected: host:port)".formatted(name, address));
    }
  }

  String host(boolean inSandbox) {
    return address(inSandbox).substring(0, address(inSandbox).indexOf(':'));
  }

  int port(boolean inSandbox) {
    return Integer.parseInt(address(inSandbox).substring(address(inSandbox).indexOf(':') + 1));
  }

  private String address(boolean inSandbox) {
    return inSandbox ? sandbox : production;
  }
}
