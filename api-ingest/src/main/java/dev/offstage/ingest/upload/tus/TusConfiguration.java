package dev.offstage.ingest.upload.tus;

import dev.offstage.ingest.problem.ProblemWriter;
import dev.offstage.ingest.upload.UploadProperties;
import org.apache.coyote.http11.AbstractHttp11Protocol;
import org.springframework.boot.tomcat.ConfigurableTomcatWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
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

  /** A body that stalls ends; how long a connection may idle between requests is another matter. */
  @Bean
  WebServerFactoryCustomizer<ConfigurableTomcatWebServerFactory> bodyTimeout(
      UploadProperties properties) {
    return factory ->
        factory.addConnectorCustomizers(
            connector -> {
              if (connector.getProtocolHandler() instanceof AbstractHttp11Protocol<?> http) {
                http.setDisableUploadTimeout(false);
                http.setConnectionUploadTimeout(
                    Math.toIntExact(properties.stallAfter().toMillis()));
              }
            });
  }
}
