package dev.offstage.worker.diagnostic;

import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
@ConditionalOnBooleanProperty("offstage.worker.diagnostics.enabled")
class DiagnosticConfiguration {

  @Bean
  EchoHandler echoHandler() {
    return new EchoHandler();
  }

  @Bean
  SleepHandler sleepHandler() {
    return new SleepHandler();
  }

  @Bean
  FailHandler failHandler() {
    return new FailHandler();
  }
}
