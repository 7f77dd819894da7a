package dev.offstage.e2e.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.offstage.client.JobClient;
import dev.offstage.job.Job;
import dev.offstage.job.JobFailure;
import dev.offstage.job.JobId;
import dev.offstage.job.JobKind;
import dev.offstage.job.JobState;
import dev.offstage.job.NewJob;
import dev.offstage.job.Outcome;
import dev.offstage.servers.Servers;
import dev.offstage.store.JobStore;
import dev.offstage.worker.handler.JobContext;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;

/** What happens to a job that its worker cannot run, must not run yet, or cannot finish. */
class HandoverIT {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final AtomicInteger ALONE = new AtomicInteger();

  @TempDir
  @SuppressWarnings("NullAway.Init")
  private Path blobs;

  @SuppressWarnings("NullAway.Init")
  private Map<String, String> servers;

  @BeforeEach
  void fresh() {
    servers = Servers.shared().springProperties(true, false);
  }

  /** Tells how many others it meets. */
  static class MeetHandler extends AuthorHandlers.Named<JsonNode> {
    MeetHandler() {
      super("handover.meet");
    }

    @Override
    public Outcome run(JsonNode payload, JobContext context) throws InterruptedException {
      int here = ALONE.incrementAndGet();
      Thread.sleep(400);
      ALONE.decrementAndGet();
      return new Outcome.Complete(Integer.toString(here));
    }
  }

  /** The kind that the deploy brings in a new version. */
  static class VersionHandler extends AuthorHandlers.Named<JsonNode> {
    private final int version;

    VersionHandler(int version) {
      super("handover.version");
      this.version = version;
    }

    @Override
    public int payloadVersion() {
      return version;
    }

    @Override
    public Outcome run(JsonNode payload, JobContext context) {
      return new Outcome.Complete(Integer.toString(version));
    }
  }

  @Configuration(proxyBeanMethods = false)
  static class Old {
    @Bean
    VersionHandler version() {
      return new VersionHandler(1);
    }
  }

  @Configuration(proxyBeanMethods = false)
  static class New {
    @Bean
    VersionHandler version() {
      return new VersionHandler(2);
    }
  }

  @Test
  void duringARollingDeployOldWorkersHandNewerPayloadsOnWithoutDelay() {
    try (var older = start(Old.class);
        var newer = start(New.class)) {
      var ids = enqueue(older, 60, job("handover.version", "{}").payloadVersion(2));
      // The dispatcher would send lost tickets again after ten seconds.
      await().atMost(Duration.ofSeconds(6)).until(() -> ended(newer, ids));
      assertThat(jobs(newer, ids)).allSatisfy(job -> assertThat(job.result()).isEqualTo("2"));
      assertThat(jobs(newer, ids)).allSatisfy(job -> assertThat(job.claimNo()).isEqualTo(1));
    }
  }

  @Test
  void ofJobsThatMayHaveKilledTheirWorkerOneRunsAtATime() {
    try (var worker = start(MeetHandler.class)) {
      var ids = enqueue(worker, 3, job("handover.meet", "{}").delay(Duration.ofSeconds(2)));
      ids.forEach(
          id ->
              worker
                  .getBean(JdbcClient.class)
                  .sql("update job set crashes = 2 where id = ?")
                  .param(id.value())
                  .update());
      await().atMost(PATIENCE).until(() -> ended(worker, ids));
      assertThat(jobs(worker, ids))
          .allSatisfy(
              job -> {
                assertThat(job.state()).isEqualTo(JobState.COMPLETED);
                assertThat(job.result()).as("suspects at once").isEqualTo("1");
                assertThat(job.attempt()).isEqualTo(1);
              });
    }
  }

  @Test
  void aJobThatShutdownsInterruptTooOftenHasFailed() {
    JobId id;
    try (var stopping = start(ProbeHandlers.class, "--offstage.worker.grace=0s")) {
      var job = job("probe", "{\"millis\":60000}").delay(Duration.ofSeconds(1)).maxAttempts(1);
      id = enqueue(stopping, 1, job).getFirst();
      stopping
          .getBean(JdbcClient.class)
          .sql("update job set interruptions = 20 where id = ?")
          .param(id.value())
          .update();
      await().atMost(PATIENCE).until(() -> !ProbeHandlers.runs(id).isEmpty());
    }
    try (var other = start(New.class)) {
      var job = jobs(other, List.of(id)).getFirst();
      assertThat(job.state()).isEqualTo(JobState.DISCARDED);
      assertThat(job.failure()).extracting(JobFailure::reason).isEqualTo("interrupted");
    }
  }

  private ConfigurableApplicationContext start(Class<?> handlers, String... more) {
    return Applications.start(List.of(handlers), servers, blobs, more);
  }

  private static NewJob.Builder job(String kind, String payload) {
    return NewJob.builder("handover", new JobKind(kind), payload);
  }

  private static List<JobId> enqueue(
      ConfigurableApplicationContext application, int count, NewJob.Builder job) {
    var client = application.getBean(JobClient.class);
    return IntStream.range(0, count).mapToObj(n -> client.enqueue(job.build())).toList();
  }

  private static List<Job> jobs(ConfigurableApplicationContext application, List<JobId> ids) {
    return application.getBean(JobStore.class).findAll(ids);
  }

  private static boolean ended(ConfigurableApplicationContext application, List<JobId> ids) {
    return jobs(application, ids).stream().allMatch(job -> job.state().isTerminal());
  }
}
