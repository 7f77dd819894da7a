package dev.offstage.secret;

import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(SecretProperties.class)
class SecretConfiguration {
  @Bean
  Secrets secrets(SecretProperties properties) {
    return Secrets.of(properties);
  }
}
