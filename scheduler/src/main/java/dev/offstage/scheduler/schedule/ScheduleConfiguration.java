package dev.offstage.scheduler.schedule;

import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class ScheduleConfiguration {
  @Bean
  SmartInitializingSingleton configuredSchedules(
      Schedules schedules, ScheduleProperties properties) {
    return () -> schedules.configure(properties.definitions());
  }
}
