package dev.offstage.ingest.track;

import dev.offstage.store.JobIds;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class TrackConfiguration {
  @Bean
  Intake.Gates trackGates(InFlight inFlight, Backlog backlog, DoorRejects door, JobIds clock) {
    return new Intake.Gates(inFlight, backlog, door, clock);
  }
}
