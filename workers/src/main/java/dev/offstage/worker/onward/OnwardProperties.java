package dev.offstage.worker.onward;

import java.time.Duration;
import java.util.Map;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Where events may go.
 *
 * @param kafka the clusters, by the names that destinations call them
 * @param batch how many events are read, sent and noted as delivered together
 * @param batchSize and how many bytes of their JSON at most, or one event
 * @param patience for Kafka's acknowledgement of a batch
 * @param webhookTimeLimit of one call, from the first moment to the answer's last byte
 * @param pauseAfter of nothing but failure a destination that is a webhook is paused
 */
@ConfigurationProperties("offstage.onward")
record OnwardProperties(
    @DefaultValue Map<String, Cluster> kafka,
    @DefaultValue("500") int batch,
    @DefaultValue("1MB") DataSize batchSize,
    @DefaultValue("30s") Duration patience,
    @DefaultValue("15s") Duration webhookTimeLimit,
    @DefaultValue("5d") Duration pauseAfter) {

  /**
   * A Kafka.
   *
   * @param bootstrapServers as Kafka's clients take it
   * @param topic where a tenant's events go; {@code {tenant}} stands for its id, so that tenants
   *     share a topic only where the operator wants that
   * @param properties more of Kafka's producer's, such as {@code security.protocol}
   */
  record Cluster(
      String bootstrapServers,
      @DefaultValue("offstage.events.{tenant}") String topic,
      @DefaultValue Map<String, String> properties) {

    String topicOf(String tenant) {
      return topic.replace("{tenant}", tenant);
    }
  }

  /**
   * @throws IllegalArgumentException naming the property, its value and what was expected
   */
  OnwardProperties {
    check(batch >= 1 && batch <= 10_000, "batch", batch, "1 to 10000");
    check(
        batchSize.toKilobytes() >= 1 && batchSize.toMegabytes() <= 10,
        "batch-size",
        batchSize,
        "1KB to 10MB");
    check(patience.toMillis() >= 1_000, "patience", patience, "at least 1s");
    check(
        webhookTimeLimit.toMillis() >= 1 && webhookTimeLimit.compareTo(Duration.ofSeconds(45)) <= 0,
        "webhook-time-limit",
        webhookTimeLimit,
        "1ms to 45s");
    check(pauseAfter.isPositive(), "pause-after", pauseAfter, "more than 0s");
  }

  private static void check(boolean holds, String name, Object value, String expected) {
    if (!holds) {
      throw new IllegalArgumentException(
          "offstage.onward.%s: %s (expected: %s)".formatted(name, value, expected));
    }
  }
}
