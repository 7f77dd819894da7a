package dev.offstage.e2e.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.offstage.client.JobClient;
import dev.offstage.job.JobFailure;
import dev.offstage.job.JobId;
import dev.offstage.job.JobKind;
import dev.offstage.job.JobState;
import dev.offstage.job.NewJob;
import dev.offstage.servers.Servers;
import dev.offstage.store.JobStore;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.ApplicationContext;

/** A worker that cannot load libvips. */
class MissingLibraryIT {
  @TempDir
  @SuppressWarnings("NullAway.Init")
  private Path blobs;

  @Test
  void imagesWaitForAWorkerThatCanAndOperatorsSeeWhy() {
    var servers = Servers.shared().springProperties(true, false);
    try (var without =
        Applications.start(
            servers, blobs, "--offstage.media.libvips=" + blobs.resolve("none.so"))) {
      var image =
          enqueue(without, "media.image", "{\"asset\":\"%s\"}".formatted(UUID.randomUUID()));
      var other = enqueue(without, "probe", "{}");

      await()
          .atMost(Duration.ofSeconds(20))
          .until(() -> state(without, other), JobState::isTerminal);
      assertThat(state(without, image)).isEqualTo(JobState.AVAILABLE);
      var health = without.getBean("worker", HealthIndicator.class).health();
      assertThat(health).isNotNull();
      assertThat(health.getStatus().getCode()).isEqualTo("DEGRADED");
      assertThat(health.getDetails().get("lacks")).asString().contains("media.image: ", "none.so");

      try (var with = Applications.start(servers, blobs)) {
        // It runs there; that the asset is not known is the handler's own answer.
        await()
            .atMost(Duration.ofSeconds(20))
            .until(() -> state(with, image), JobState::isTerminal);
        assertThat(with.getBean(JobStore.class).find(image, "acme", null).orElseThrow().failure())
            .extracting(JobFailure::reason)
            .isNotNull();
      }
    }
  }

  private static JobId enqueue(ApplicationContext application, String kind, String payload) {
    return application
        .getBean(JobClient.class)
        .enqueue(NewJob.of("acme", null, new JobKind(kind), payload));
  }

  private static JobState state(ApplicationContext application, JobId id) {
    return application.getBean(JobStore.class).find(id, "acme", null).orElseThrow().state();
  }
}
