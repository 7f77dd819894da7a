package dev.offstage.e2e.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.offstage.client.JobClient;
import dev.offstage.job.Backoff;
import dev.offstage.job.Job;
import dev.offstage.job.JobFailure;
import dev.offstage.job.JobKind;
import dev.offstage.job.JobState;
import dev.offstage.job.NewJob;
import dev.offstage.servers.Servers;
import dev.offstage.store.JobStore;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.context.ConfigurableApplicationContext;

class DiagnosticKindsIT {
  @TempDir
  @SuppressWarnings("NullAway.Init")
  private static Path blobs;

  @SuppressWarnings("NullAway.Init")
  private static ConfigurableApplicationContext context;

  @BeforeAll
  static void start() {
    context =
        Applications.start(
            Servers.shared().springProperties(true, true),
            blobs,
            "--offstage.worker.diagnostics.enabled=true");
  }

  @AfterAll
  static void stop() {
    context.close();
  }

  @Test
  void echoAnswersWithItsPayload() {
    var job = ended("offstage.echo", "{\"a\":[1,\"ü\",null]}");
    assertThat(job.state()).isEqualTo(JobState.COMPLETED);
    assertThat(job.result()).isEqualTo("{\"a\": [1, \"ü\", null]}");
  }

  @Test
  void sleepTakesItsTime() {
    var job = ended("offstage.sleep", "{\"millis\":300}");
    assertThat(job.state()).isEqualTo(JobState.COMPLETED);
    assertThat(job.endedAt()).isNotNull();
    assertThat(Duration.between(job.startedAt(), job.endedAt()))
        .isGreaterThanOrEqualTo(Duration.ofMillis(300));
  }

  @Test
  void failFailsSoManyTimesAndThenSucceeds() {
    var job = ended("offstage.fail", "{\"times\":2}");
    assertThat(job.state()).isEqualTo(JobState.COMPLETED);
    assertThat(job.result()).isEqualTo("{\"attempt\": 3}");
  }

  @Test
  void failFailsForGoodWhereThatIsAsked() {
    var job = ended("offstage.fail", "{\"permanent\":true}");
    assertThat(job.state()).isEqualTo(JobState.DISCARDED);
    assertThat(job.attempt()).isEqualTo(1);
    assertThat(job.failure()).extracting(JobFailure::reason).isEqualTo("asked-to-fail");
  }

  private static Job ended(String kind, String payload) {
    var id =
        context
            .getBean(JobClient.class)
            .enqueue(
                NewJob.builder("diagnostics", new JobKind(kind), payload)
                    .backoff(new Backoff.Fixed(Duration.ofMillis(50), 0))
                    .build());
    return await()
        .atMost(Duration.ofSeconds(20))
        .until(
            () -> context.getBean(JobStore.class).find(id, "diagnostics", null).orElseThrow(),
            job -> job.state().isTerminal());
  }
}
