package dev.offstage.worker.integration.webhook;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How webhooks are delivered.
 *
 * @param timeLimit of one attempt, from the first moment to the answer's last byte. 15s by default
 * @param disableAfter of nothing but failure an endpoint is disabled. 5d by default
 */
@ConfigurationProperties("offstage.worker.webhooks")
record WebhookProperties(
    @DefaultValue("15s") Duration timeLimit, @DefaultValue("5d") Duration disableAfter) {

  /**
   * @throws IllegalArgumentException naming the property, its value and what was expected
   */
  WebhookProperties {
    if (timeLimit.toMillis() < 1 || timeLimit.compareTo(Duration.ofSeconds(45)) > 0) {
      throw new IllegalArgumentException(
          "offstage.worker.webhooks.time-limit: " + timeLimit + " (expected: 1ms to 45s)");
    }
    if (disableAfter.toMillis() < 1) {
      throw new IllegalArgumentException(
          "offstage.worker.webhooks.disable-after: " + disableAfter + " (expected: > 0)");
    }
  }
}
