package dev.offstage.worker.onward;

import dev.offstage.onward.OnwardEvent;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.kafka.KafkaException;
import org.springframework.kafka.core.DefaultKafkaProducerFactory;
import org.springframework.kafka.core.KafkaTemplate;

/** The configured clusters, each with one producer, which is made when it is first needed. */
final class KafkaClusters implements DisposableBean {
  private record Open(
      DefaultKafkaProducerFactory<String, String> factory,
      KafkaTemplate<String, String> template) {}

  private final OnwardProperties properties;
  private final Map<String, Open> open = new ConcurrentHashMap<>();

  KafkaClusters(OnwardProperties properties) {
    this.properties = properties;
  }

  boolean has(String cluster) {
    return properties.kafka().containsKey(cluster);
  }

  /** A batch was not acknowledged, or not all of it. */
  static final class NotDeliveredException extends Exception {
    private static final long serialVersionUID = 1;

    NotDeliveredException(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /**
   * Sends events and waits until every one is acknowledged by all replicas that are in sync. A
   * person's go to one partition, in their order.
   */
  void send(String name, String tenant, List<OnwardEvent> events)
      throws NotDeliveredException, InterruptedException {
    var topic = Objects.requireNonNull(properties.kafka().get(name)).topicOf(tenant);
    try {
      var template = open.computeIfAbsent(name, this::open).template();
      var sent = new ArrayList<CompletableFuture<?>>();
      for (var event : events) {
        sent.add(template.send(record(topic, event)));
      }
      template.flush();
      CompletableFuture.allOf(sent.toArray(CompletableFuture[]::new))
          .get(properties.patience().toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException | KafkaException e) {
      var cause = e.getCause() == null ? e : e.getCause();
      throw new NotDeliveredException(
          "Kafka %s did not take the events: %s".formatted(name, cause), e);
    }
  }

  private static ProducerRecord<String, String> record(String topic, OnwardEvent event) {
    var record = new ProducerRecord<String, String>(topic, event.person(), event.json());
    record
        .headers()
        .add("offstage-event-id", event.id().toString().getBytes(StandardCharsets.US_ASCII))
        .add("offstage-event-type", event.type().getBytes(StandardCharsets.US_ASCII));
    return record;
  }

  private Open open(String name) {
    var cluster = Objects.requireNonNull(properties.kafka().get(name));
    var config = new HashMap<String, Object>(cluster.properties());
    config.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, cluster.bootstrapServers());
    config.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, StringSerializer.class);
    config.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, StringSerializer.class);
    // A retry of Kafka's must neither double an event nor change the order.
    config.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    config.put(ProducerConfig.ACKS_CONFIG, "all");
    config.putIfAbsent(ProducerConfig.COMPRESSION_TYPE_CONFIG, "gzip");
    int patience = (int) properties.patience().toMillis();
    config.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, patience);
    config.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, patience / 2);
    config.put(ProducerConfig.LINGER_MS_CONFIG, 5);
    config.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, patience / 2);
    var factory = new DefaultKafkaProducerFactory<String, String>(config);
    return new Open(factory, new KafkaTemplate<>(factory));
  }

  @Override
  public void destroy() {
    open.values().forEach(each -> each.factory().destroy());
  }
}
