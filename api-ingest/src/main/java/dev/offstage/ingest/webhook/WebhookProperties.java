package dev.offstage.ingest.webhook;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What tenants may have of webhooks.
 *
 * @param endpoints of one tenant, at most. 50 by default: each event is compared with all of them
 * @param replayed deliveries by one request, at most. 10000 by default
 */
@ConfigurationProperties("offstage.ingest.webhooks")
record WebhookProperties(@DefaultValue("50") int endpoints, @DefaultValue("10000") int replayed) {

  /**
   * @throws IllegalArgumentException naming the property, its value and what was expected
   */
  WebhookProperties {
    if (endpoints < 1 || endpoints > 10_000) {
      throw new IllegalArgumentException(
          "offstage.ingest.webhooks.endpoints: " + endpoints + " (expected: 1 to 10000)");
    }
    if (replayed < 1 || replayed > 100_000) {
      throw new IllegalArgumentException(
          "offstage.ingest.webhooks.replayed: " + replayed + " (expected: 1 to 100000)");
    }
  }
}
