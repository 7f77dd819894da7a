package dev.offstage.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offstage.e2e.Api.Accepted;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Processes killed and servers taken away, at the moments that hurt. */
class FaultsIT {
  @RegisterExtension static final Cluster cluster = Cluster.shared();

  @Test
  void ingestKilledDuringAPatchKeepsWhatItPromised() throws Exception {
    var owner = "killed-patch";
    var api = cluster.as(owner);
    var photo = Photos.padded(Photos.phone(), 60_000_000, 1);
    var upload = api.created(photo.length);
    long promised;
    try (var patch = openPatch(upload, photo.length)) {
      patch.getOutputStream().write(photo, 0, 45_000_000);
      patch.getOutputStream().flush();
      promised = awaitReceived(owner);
      cluster.ingest.kill9();
    }
    cluster.ingest.launch().awaitReady();

    long offset = api.offset(upload);
    assertThat(offset).isBetween(promised, 45_000_000L);
    var finished = api.patch(upload, offset, photo);
    assertThat(finished.statusCode()).isEqualTo(204);
    var ledger = new Ledger(cluster, owner);
    ledger.enter(Accepted.of(finished));
    Photos.assertDone(api, Accepted.of(finished).asset(), Accepted.of(finished).job(), photo);
    ledger.assertEachCompletedOnce();
  }

  /** Begins a PATCH that promises the whole photo; its body is up to the caller. */
  private static Socket openPatch(URI upload, int length) throws IOException {
    var socket = new Socket(InetAddress.getLoopbackAddress(), upload.getPort());
    socket
        .getOutputStream()
        .write(
            """
            PATCH %s HTTP/1.1\r
            Host: 127.0.0.1:%d\r
            Tus-Resumable: 1.0.0\r
            Upload-Offset: 0\r
            Content-Type: application/offset+octet-stream\r
            Content-Length: %d\r
            \r
            """
                .formatted(upload.getPath(), upload.getPort(), length)
                .getBytes(StandardCharsets.US_ASCII));
    return socket;
  }

  private static long awaitReceived(String owner) {
    return Awaitility.await("bytes are promised")
        .atMost(Duration.ofSeconds(60))
        .until(
            () ->
                cluster
                    .db()
                    .sql("select received from upload where owner = ?")
                    .param(owner)
                    .query(Long.class)
                    .single(),
            received -> received > 0);
  }

  /** With the broker away no ticket can leave; then the process that knew of the job dies. */
  @Test
  void ingestKilledBetweenTheFinishAndTheTicketLosesNoJob() throws Exception {
    var owner = "killed-ticket";
    var photo = Photos.bytes(Photos.small());
    cluster.rabbit.kill();
    var accepted = cluster.as(owner).upload(photo);
    cluster.ingest.kill9();
    cluster.rabbit.start();

    var ledger = new Ledger(cluster, owner);
    ledger.enter(accepted);
    ledger.assertEachCompletedOnce();
    assertThat(number("attempt", accepted.job())).isOne();
    cluster.ingest.launch().awaitReady();
    Photos.assertDone(cluster.as(owner), accepted.asset(), accepted.job(), photo);
  }

  @Test
  void aPhotoWhoseWorkerIsKilledIsMadeByAnotherWorkerWithin20Seconds(TestReporter reporter)
      throws Exception {
    var owner = "killed-worker";
    cluster.launch(cluster.workers.get(1));
    var api = cluster.as(owner);
    var ledger = new Ledger(cluster, owner);
    for (int tries = 1; ; tries++) {
      var photo = Photos.padded(Photos.phone(), 6_000_000, tries);
      var accepted = api.upload(photo);
      ledger.enter(accepted);
      var victim = awaitClaim(accepted.job());
      if (victim.isEmpty()) {
        assertThat(tries).as("tries to catch a worker in the middle").isLessThan(10);
        continue;
      }
      victim.get().kill9();
      long killed = System.nanoTime();
      if (!state(accepted.job()).equals("running")) {
        // It was faster than the kill.
        cluster.launch(victim.get());
        continue;
      }
      Awaitility.await("another worker claims it")
          .atMost(Duration.ofSeconds(60))
          .pollInterval(Duration.ofMillis(50))
          .until(() -> number("claim_no", accepted.job()) == 2);
      var takenOver = Duration.ofNanos(System.nanoTime() - killed);
      reporter.publishEntry("taken over after", takenOver.toString());
      assertThat(takenOver).isLessThan(Duration.ofSeconds(20));
      assertThat(cluster.workerOf(accepted.job())).isNotEqualTo(victim);
      Photos.assertDone(api, accepted.asset(), accepted.job(), photo);
      assertThat(number("claim_no", accepted.job())).isEqualTo(2);
      assertThat(number("crashes", accepted.job())).isOne();
      ledger.assertEachCompletedOnce();
      return;
    }
  }

  /** The worker that runs the job now; empty if the job ended before anybody looked. */
  private static Optional<App> awaitClaim(UUID job) {
    Awaitility.await("a worker claims it")
        .atMost(Duration.ofSeconds(60))
        .pollInterval(Duration.ofMillis(2))
        .pollDelay(Duration.ZERO)
        .until(() -> number("claim_no", job) > 0);
    return state(job).equals("running") ? cluster.workerOf(job) : Optional.empty();
  }

  private static String state(UUID job) {
    return cluster
        .db()
        .sql("select state from job where id = ?")
        .param(job)
        .query(String.class)
        .single();
  }

  private static int number(String column, UUID job) {
    return cluster
        .db()
        .sql("select " + column + " from job where id = ?")
        .param(job)
        .query(Integer.class)
        .single();
  }

  @Test
  void withoutRedisEverythingGoesOn() throws Exception {
    var owner = "no-redis";
    cluster.redis.kill();
    var photo = Photos.bytes(Photos.phone());
    var accepted = cluster.as(owner).upload(photo);
    Photos.assertDone(cluster.as(owner), accepted.asset(), accepted.job(), photo);
    assertThat(Map.of("ingest", cluster.ingest.restart().health("readiness")))
        .containsEntry("ingest", 200);
    var again = cluster.as(owner).upload(photo);
    Photos.assertDone(cluster.as(owner), again.asset(), again.job(), photo);
  }

  @Test
  void aBrokerThatRestartsUnderLoadLosesAndDoublesNothing() throws Exception {
    underLoad("rabbit-restart", load -> cluster.rabbit.restart());
  }

  @Test
  void aBrokerThatIsKilledUnderLoadLosesAndDoublesNothing() throws Exception {
    underLoad(
        "rabbit-kill",
        load -> {
          cluster.rabbit.kill();
          load.awaitMore(5);
          cluster.rabbit.start();
        });
  }

  @Test
  void postgresRestartedUnderLoadLosesAndDoublesNothing() throws Exception {
    underLoad("postgres-restart", load -> cluster.postgres.restart());
  }

  @Test
  void postgresKilledUnderLoadLosesAndDoublesNothing() throws Exception {
    underLoad(
        "postgres-kill",
        load -> {
          cluster.postgres.kill();
          cluster.postgres.start();
        });
  }

  @Test
  void everyProcessRestartedInTurnUnderLoadLosesAndDoublesNothing() throws Exception {
    underLoad(
        "rolling",
        load -> {
          cluster.workers.getFirst().restart();
          cluster.ingest.restart();
          cluster.scheduler.restart();
        });
  }

  private interface Fault {
    void strike(Load load) throws Exception;
  }

  private static void underLoad(String owner, Fault fault) throws Exception {
    var ledger = new Ledger(cluster, owner);
    try (var load = new Load(cluster.as(owner), ledger, 4)) {
      load.awaitMore(10);
      fault.strike(load);
      load.awaitMore(10);
    }
    ledger.assertEachCompletedOnce();
  }
}
