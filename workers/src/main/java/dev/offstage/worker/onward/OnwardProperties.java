package dev.offstage.worker.onward;

import java.time.Duration;
import java.util.Map;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Where events may go.
 *
 * @param kafka the clusters, by the names that destinations call them
 * @param batch how many events are read, sent and noted as delivered together
 * @param patience for the acknowledgement of a batch
 */
@ConfigurationProperties("offstage.onward")
record OnwardProperties(
    @DefaultValue Map<String, Cluster> kafka,
    @DefaultValue("500") int batch,
    @DefaultValue("30s") Duration patience) {

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

  OnwardProperties {
    if (batch < 1 || batch > 10_000) {
      throw new IllegalArgumentException(
          "offstage.onward.batch: " + batch + " (expected: 1 to 10000)");
    }
    if (patience.toMillis() < 1_000) {
      throw new IllegalArgumentException(
          "offstage.onward.patience: " + patience + " (expected: at least 1s)");
    }
  }
}
