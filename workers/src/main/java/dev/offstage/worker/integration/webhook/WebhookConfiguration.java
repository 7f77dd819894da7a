package dev.offstage.worker.integration.webhook;

import dev.offstage.secret.Secrets;
import dev.offstage.webhook.DeliveryStore;
import dev.offstage.webhook.EndpointHealth;
import dev.offstage.worker.integration.HostCalls;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.InstantSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import tools.jackson.databind.json.JsonMapper;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(WebhookProperties.class)
class WebhookConfiguration {

  @Bean
  DeliveryResults deliveryResults(
      DeliveryStore deliveries,
      EndpointHealth endpoints,
      WebhookProperties properties,
      JsonMapper json,
      MeterRegistry meters) {
    return new DeliveryResults(deliveries, endpoints, properties, json, meters);
  }

  @Bean
  DeliverHandler deliverHandler(
      DeliveryStore deliveries,
      EndpointHealth endpoints,
      HostCalls calls,
      InstantSource clock,
      WebhookProperties properties,
      DeliveryResults results,
      Secrets secrets) {
    var signer = new Signer(clock, properties);
    return new DeliverHandler(deliveries, endpoints, signer, calls, results, secrets);
  }
}
