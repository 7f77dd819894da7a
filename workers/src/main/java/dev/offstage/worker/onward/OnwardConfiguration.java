package dev.offstage.worker.onward;

import dev.offstage.onward.OnwardStore;
import dev.offstage.store.Db;
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
  OnwardHandler onwardHandler(Db db, KafkaClusters clusters, OnwardProperties properties) {
    return new OnwardHandler(OnwardStore.over(db), clusters, properties.batch());
  }
}
