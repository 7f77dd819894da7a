package dev.offstage.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** That the harness really has processes which die and come back, before others trust it. */
class ClusterIT {
  @RegisterExtension static final Cluster cluster = Cluster.shared();

  @Test
  void aKilledProcessIsGoneUntilItIsLaunchedAgain() {
    var worker = cluster.workers.getFirst();
    long before = worker.pid();
    assertThat(worker.health("readiness")).isEqualTo(200);
    worker.kill9();
    assertThat(ProcessHandle.of(before)).isEmpty();
    assertThat(worker.health("readiness")).isZero();
    worker.launch().awaitReady();
    assertThat(worker.pid()).isNotEqualTo(before);
  }

  @Test
  void ingestIsAliveButNotReadyWithoutPostgres() {
    cluster.postgres.kill();
    assertThat(cluster.ingest.health("readiness")).isEqualTo(503);
    assertThat(cluster.ingest.health("liveness")).isEqualTo(200);
    cluster.postgres.start();
    cluster.ingest.awaitReady();
  }
}
