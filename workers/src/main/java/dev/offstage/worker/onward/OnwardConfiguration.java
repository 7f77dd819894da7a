package dev.offstage.worker.onward;

import dev.offstage.onward.EventDestination;
import dev.offstage.onward.OnwardQueue;
import dev.offstage.onward.OnwardWebhooks;
import dev.offstage.secret.Secrets;
import dev.offstage.store.Db;
import dev.offstage.worker.integration.HostCalls;
import java.time.InstantSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(OnwardProperties.class)
class OnwardConfiguration {

  @Bean
  KafkaClusters kafkaClusters(OnwardProperties properties) {
    return new KafkaClusters(properties);
  }

  @Bean
  OnwardHandler kafkaOnwardHandler(Db db, KafkaClusters clusters, OnwardProperties properties) {
    return new OnwardHandler(
        EventDestination.Kafka.KIND, new KafkaReceiver(clusters), OnwardQueue.over(db), properties);
  }

  @Bean
  OnwardHandler webhookOnwardHandler(
      Db db, HostCalls calls, Secrets secrets, OnwardProperties properties, InstantSource clock) {
    var webhooks = OnwardWebhooks.over(db, secrets);
    return new OnwardHandler(
        EventDestination.Webhook.KIND,
        new WebhookReceiver(webhooks, calls, secrets, properties, clock),
        OnwardQueue.over(db),
        properties);
  }
}
