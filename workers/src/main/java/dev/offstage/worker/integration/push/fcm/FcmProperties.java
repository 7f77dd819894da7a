package dev.offstage.worker.integration.push.fcm;

import java.net.URI;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How FCM is reached.
 *
 * @param baseUrl what comes before {@code /v1/projects/…}
 * @param tokenUrl where access tokens are asked for
 * @param connectTimeout for a connection
 * @param timeout for an answer
 */
@ConfigurationProperties("offstage.push.fcm")
record FcmProperties(
    @DefaultValue("https://fcm.googleapis.com") URI baseUrl,
    @DefaultValue("https://oauth2.googleapis.com/token") URI tokenUrl,
    @DefaultValue("10s") Duration connectTimeout,
    @DefaultValue("30s") Duration timeout) {

  /**
   * @throws IllegalArgumentException naming the property, its value and what was expected
   */
  FcmProperties {
    check("base-url", baseUrl);
    check("token-url", tokenUrl);
    if (!connectTimeout.isPositive() || !timeout.isPositive()) {
      throw new IllegalArgumentException(
          "offstage.push.fcm: connect-timeout %s, timeout %s (expected: > 0)"
              .formatted(connectTimeout, timeout));
    }
  }

  private static void check(String name, URI url) {
    boolean web = "https".equals(url.getScheme()) || "http".equals(url.getScheme());
    if (!web || url.getHost() == null || url.getQuery() != null) {
      throw new IllegalArgumentException(
          "offstage.push.fcm.%s: %s (expected: an http or https URL)".formatted(name, url));
    }
  }
}
