package dev.offstage.worker.integration.http;

import dev.offstage.call.CallTargetStore;
import dev.offstage.call.CallWaits;
import dev.offstage.outbound.OutboundUrls;
import dev.offstage.secret.Secrets;
import dev.offstage.worker.integration.HostCalls;
import java.time.InstantSource;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import tools.jackson.databind.json.JsonMapper;

@Configuration(proxyBeanMethods = false)
class HttpCallConfiguration {

  @Bean
  CallRequests callRequests(CallTargetStore targets, OutboundUrls urls, InstantSource clock) {
    return new CallRequests(targets, urls, clock);
  }

  @Bean
  HttpCallHandler httpCallHandler(
      CallRequests requests,
      CallWaits waits,
      HostCalls calls,
      InstantSource clock,
      JsonMapper json,
      Secrets secrets) {
    return new HttpCallHandler(requests, new CallResults(json, clock), waits, calls, secrets);
  }
}
