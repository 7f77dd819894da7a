package dev.offstage.e2e.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.offstage.client.JobClient;
import dev.offstage.job.JobId;
import dev.offstage.job.JobKind;
import dev.offstage.job.JobState;
import dev.offstage.job.NewJob;
import dev.offstage.servers.Servers;
import dev.offstage.store.JobStore;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;

/**
 * Two nodes, each a worker and a scheduler, whose clocks differ by sixteen minutes. Offstage reads
 * the time of day from its {@link InstantSource} alone ({@code ArchitectureTests} holds that), so a
 * wrong one is a wrong clock. Preloading a library that fakes the system's does not work with this
 * JVM: its waits end at once.
 */
class ClocksIT {

  @Configuration(proxyBeanMethods = false)
  static class Early {
    @Bean
    @Primary
    InstantSource wrongClock() {
      return InstantSource.offset(InstantSource.system(), Duration.ofMinutes(-9));
    }
  }

  @Configuration(proxyBeanMethods = false)
  static class Late {
    @Bean
    @Primary
    InstantSource wrongClock() {
      return InstantSource.offset(InstantSource.system(), Duration.ofMinutes(7));
    }
  }

  @Test
  void nodesWhoseClocksDifferByMinutesRunEachJobOnceAndInTime(@TempDir Path blobs) {
    var servers = Servers.shared().springProperties(true, false);
    var lease =
        List.of("--offstage.worker.lease.length=3s", "--offstage.worker.lease.heartbeat=1s");
    try (var early = start(Early.class, servers, blobs, lease);
        var late = start(Late.class, servers, blobs, lease)) {
      var ids = new ArrayList<JobId>();
      for (int i = 0; i < 100; i++) {
        for (var node : List.of(early, late)) {
          ids.add(enqueue(node, job("{}")));
          ids.add(enqueue(node, job("{\"failures\":1}")));
          ids.add(enqueue(node, job("{}").delay(Duration.ofSeconds(1))));
          ids.add(enqueue(node, job("{}").expiresAt(Instant.now().plusSeconds(60))));
        }
      }
      // Longer than a lease, so that whoever judged it by its own clock would take them.
      ids.add(enqueue(early, job("{\"millis\":7000}")));
      ids.add(enqueue(late, job("{\"millis\":7000}")));
      var store = early.getBean(JobStore.class);
      await()
          .atMost(Duration.ofSeconds(60))
          .until(() -> store.findAll(ids).stream().allMatch(job -> job.state().isTerminal()));
      assertThat(store.findAll(ids))
          .hasSize(ids.size())
          .allSatisfy(
              job -> {
                assertThat(job.state()).isEqualTo(JobState.COMPLETED);
                assertThat(job.claimNo()).as("claims").isEqualTo(job.attempt());
                assertThat(job.startedAt()).isAfterOrEqualTo(job.createdAt());
              });
      assertThat(ids).allSatisfy(id -> assertThat(ProbeHandlers.runs(id)).hasSizeBetween(1, 2));
    }
  }

  private static ConfigurableApplicationContext start(
      Class<?> clock, Map<String, String> servers, Path blobs, List<String> more) {
    return Applications.start(
        List.of(clock, ProbeHandlers.class), servers, blobs, more.toArray(String[]::new));
  }

  private static NewJob.Builder job(String payload) {
    return NewJob.builder("clocks", new JobKind("probe"), payload);
  }

  private static JobId enqueue(ConfigurableApplicationContext node, NewJob.Builder job) {
    return node.getBean(JobClient.class).enqueue(job.build());
  }
}
