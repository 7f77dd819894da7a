package dev.offstage.ingest.upload.tus;

import dev.offstage.problem.ProblemWriter;
import org.springframework.boot.tomcat.ConfigurableTomcatWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class TusConfiguration {
  /** Spring Security's chain has -100. */
  private static final int BEFORE_SECURITY = -110;

  /** Tomcat reads 8 KB at a time by default; a body of megabytes costs fewer calls by more. */
  private static final String READ_BYTES = Integer.toString(64 * 1024);

  @Bean
  WebServerFactoryCustomizer<ConfigurableTomcatWebServerFactory> largeReads() {
    return factory ->
        factory.addConnectorCustomizers(
            connector -> connector.setProperty("socket.appReadBufSize", READ_BYTES));
  }

  @Bean
  FilterRegistrationBean<TusFilter> tusFilter(ProblemWriter writer) {
    var registration = new FilterRegistrationBean<>(new TusFilter(writer));
    registration.setOrder(BEFORE_SECURITY);
    return registration;
  }
}
