package dev.offstage.worker.execute;

import dev.offstage.client.Announcer;
import dev.offstage.live.LiveUpdates;
import dev.offstage.store.JobNotes;
import dev.offstage.store.JobStore;
import dev.offstage.store.Strays;
import dev.offstage.trace.JobTraces;
import dev.offstage.worker.attempt.AttemptContext;
import dev.offstage.worker.payload.Payloads;
import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.transaction.support.TransactionOperations;
import tools.jackson.databind.json.JsonMapper;

@Configuration(proxyBeanMethods = false)
class ExecuteConfiguration {

  @Bean
  AttemptContext.Stores attemptStores(
      JobStore jobs,
      JobNotes notes,
      TransactionOperations transactions,
      LiveUpdates live,
      JsonMapper json) {
    return new AttemptContext.Stores(jobs, notes, transactions, live, json);
  }

  @Bean
  Engine.Parts engineParts(
      Handlers handlers,
      Payloads payloads,
      AttemptContext.Stores stores,
      Strays strays,
      Announcer announcer,
      JobTraces traces,
      MeterRegistry meters) {
    return new Engine.Parts(handlers, payloads, stores, strays, announcer, traces, meters);
  }
}
