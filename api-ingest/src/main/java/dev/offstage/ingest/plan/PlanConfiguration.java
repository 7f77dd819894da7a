package dev.offstage.ingest.plan;

import dev.offstage.plan.TrackingPlans;
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
