package dev.offstage.worker.destination;

import dev.offstage.client.Announcer;
import dev.offstage.destination.DestinationStore;
import dev.offstage.limit.Quotas;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.InstantSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(DestinationProperties.class)
class DestinationConfiguration {
  @Bean
  Destinations destinations(
      DestinationStore store,
      Announcer announcer,
      Quotas quotas,
      InstantSource clock,
      MeterRegistry meters) {
    return new Destinations(new StoredGates(store, announcer), quotas, clock, meters);
  }

  @Bean
  DestinationWatch destinationWatch(
      DestinationProperties properties, DestinationStore store, Destinations destinations) {
    return new DestinationWatch(() -> store.configure(properties.made()), destinations);
  }

  @Bean
  Verdicts verdicts(InstantSource clock) {
    return new Verdicts(clock);
  }
}
