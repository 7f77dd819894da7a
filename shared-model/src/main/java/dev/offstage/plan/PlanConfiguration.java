package dev.offstage.plan;

import dev.offstage.store.Db;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class PlanConfiguration {

  @Bean
  TrackingPlans trackingPlans(Db db) {
    return TrackingPlans.over(db);
  }
}
