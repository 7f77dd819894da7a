package dev.offstage.worker.integration.push.fcm;

import dev.offstage.store.JobIds;
import java.time.InstantSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import tools.jackson.databind.json.JsonMapper;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(FcmProperties.class)
class FcmConfiguration {

  @Bean(destroyMethod = "close")
  Http fcmHttp(FcmProperties properties) {
    return new Http(properties);
  }

  @Bean
  FcmProvider fcmProvider(FcmProperties properties, Http http, JsonMapper json, JobIds ids) {
    InstantSource clock = ids::now; // PostgreSQL's: Google refuses what a wrong clock signs
    return new FcmProvider(
        properties,
        http,
        new AccessTokens(properties, http, json, clock),
        new FcmAnswers(json, clock),
        json);
  }
}
