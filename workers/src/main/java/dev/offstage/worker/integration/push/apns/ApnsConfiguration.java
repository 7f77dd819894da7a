package dev.offstage.worker.integration.push.apns;

import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import tools.jackson.databind.json.JsonMapper;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(ApnsProperties.class)
class ApnsConfiguration {

  @Bean
  ApnsClients apnsClients(ApnsProperties properties, JsonMapper json) {
    return new ApnsClients(properties, json);
  }

  @Bean
  ApnsProvider apnsProvider(ApnsClients clients, ApnsProperties properties, JsonMapper json) {
    return new ApnsProvider(clients, properties, json);
  }
}
