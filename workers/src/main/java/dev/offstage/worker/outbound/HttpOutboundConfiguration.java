package dev.offstage.worker.outbound;

import dev.offstage.outbound.OutboundUrls;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(OutboundProfile.class)
class HttpOutboundConfiguration {
  @Bean
  Outbound outbound(OutboundUrls urls, OutboundProfile profile) {
    return new HttpOutbound(urls, profile);
  }
}
