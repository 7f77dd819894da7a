package dev.offstage.ingest.upload.tus;

import dev.offstage.ingest.problem.ProblemWriter;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class TusConfiguration {
  /** Spring Security's chain has -100. */
  private static final int BEFORE_SECURITY = -110;

  @Bean
  FilterRegistrationBean<TusFilter> tusFilter(ProblemWriter writer) {
    var registration = new FilterRegistrationBean<>(new TusFilter(writer));
    registration.setOrder(BEFORE_SECURITY);
    return registration;
  }
}
