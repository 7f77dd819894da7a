package dev.offstage.ingest.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.offstage.ingest.IngestServer;
import dev.offstage.ingest.Jobs;
import dev.offstage.job.JobId;
import dev.offstage.live.Listeners;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Who follows a job live needs no push at its end. */
class FollowersIT {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final IngestServer server = IngestServer.shared();
  private final Listeners listeners = server.bean(Listeners.class);
  private final Jobs jobs = new Jobs(server);
  private final String ada = "ada-" + UUID.randomUUID();
  private final JobId job = jobs.enqueue("acme", ada);

  private CompletableFuture<Integer> poll(String token, String wait) {
    return CompletableFuture.supplyAsync(
        () -> server.get("/v1/jobs/" + job + "?wait=" + wait, token).statusCode());
  }

  private void finish() {
    jobs.run(job);
    jobs.complete(job);
    jobs.tell(job);
  }

  @Test
  void appThatWaitsListensAndHasHeardTheEnd() {
    var answer = poll(server.token(ada), "30s");
    await().atMost(PATIENCE).until(() -> listeners.isListening(job));
    finish();
    assertThat(answer.join()).isEqualTo(200);
    assertThat(listeners.isListening(job)).isTrue();
  }

  @Test
  void appThatWentBeforeTheEndDoesNotListen() {
    var answer = poll(server.token(ada), "1s");
    await().atMost(PATIENCE).until(() -> listeners.isListening(job));
    assertThat(answer.join()).isEqualTo(200);
    await().atMost(PATIENCE).until(() -> !listeners.isListening(job));
  }

  @Test
  void serverThatWaitsIsNoApp() {
    var watches = server.bean(JobWatches.class);
    int open = watches.open();
    var answer = poll(server.key("acme"), "30s");
    await().atMost(PATIENCE).until(() -> watches.open() > open);
    finish();
    assertThat(answer.join()).isEqualTo(200);
    assertThat(listeners.isListening(job)).isFalse();
  }

  @Test
  void strangerWhoAsksForAnothersJobIsNotHeard() {
    assertThat(poll(server.token("eve"), "1s").join()).isEqualTo(404);
    assertThat(listeners.isListening(job)).isFalse();
  }
}
