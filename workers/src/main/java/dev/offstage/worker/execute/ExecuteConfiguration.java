package dev.offstage.worker.execute;

import dev.offstage.client.Announcer;
import dev.offstage.live.LiveUpdates;
import dev.offstage.store.JobStore;
import dev.offstage.trace.JobTraces;
import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.transaction.support.TransactionOperations;
import tools.jackson.databind.json.JsonMapper;

@Configuration(proxyBeanMethods = false)
class ExecuteConfiguration {

  @Bean
  JobRunner.Parts jobRunnerParts(
      Handlers handlers,
      JobStore store,
      TransactionOperations transactions,
      LiveUpdates live,
      Announcer announcer,
      JobTraces traces,
      JsonMapper json,
      MeterRegistry meters) {
    return new JobRunner.Parts(
        handlers, store, transactions, live, announcer, traces, json, meters);
  }
}
