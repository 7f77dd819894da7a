package dev.offstage.scheduler.recurring.dashboard;

import org.jobrunr.storage.StorageProvider;
import org.jobrunr.utils.mapper.JsonMapper;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
@ConditionalOnWebApplication
@ConditionalOnBooleanProperty(name = "offstage.recurring.enabled", matchIfMissing = true)
class DashboardConfiguration {
  @Bean
  Dashboard jobRunrDashboard(StorageProvider jobRunrStorage, JsonMapper jobRunrJson) {
    return new Dashboard(jobRunrStorage, jobRunrJson);
  }
}
