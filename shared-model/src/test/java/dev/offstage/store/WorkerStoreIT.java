package dev.offstage.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class WorkerStoreIT {
  @SuppressWarnings("NullAway.Init")
  private TestDatabase db;

  @BeforeEach
  void migrate() {
    db = new TestDatabase();
  }

  @Test
  void aWorkerWhoseLeaseLapsedIsBuriedAndNeverComesBack() {
    var silent = db.worker();
    var lively = db.worker();
    silence(silent);

    assertThat(db.workers.buryLapsed()).containsExactly(silent);
    assertThat(db.workers.buryLapsed()).isEmpty();
    assertThat(db.workers.heartbeat(silent, 0)).isFalse();
    assertThat(db.workers.heartbeat(lively, 0)).isTrue();
    db.workers.register(silent, "test", 1, Map.of(), List.of(), Duration.ofMinutes(1));
    assertThat(db.workers.heartbeat(silent, 0)).as("registered again").isFalse();
  }

  @Test
  void aWorkerThatIsClaimingIsNotBuriedUnderItsClaim() throws Exception {
    var worker = db.worker();
    silence(worker);
    try (var claiming = db.dataSource.getConnection()) {
      claiming.setAutoCommit(false);
      try (var lock = claiming.prepareStatement("select id from worker for key share")) {
        lock.executeQuery();
      }
      assertThat(db.workers.buryLapsed()).isEmpty();
      claiming.rollback();
    }
    assertThat(db.workers.buryLapsed()).containsExactly(worker);
  }

  @Test
  void aWorkerFindsItsOwnRunningJobsOfSomeAge() {
    var worker = db.worker();
    var id = db.job();
    db.claim(worker, id, 0);

    assertThat(db.workers.runningOf(worker, Duration.ofMinutes(1))).isEmpty();
    assertThat(db.workers.runningOf(worker, Duration.ZERO)).containsExactly(new Claim(id, 1));
    assertThat(db.workers.runningOf(db.worker(), Duration.ZERO)).isEmpty();
  }

  @Test
  void workersThatEndedLongAgoAreForgottenOnceTheirJobsAreTakenBack() {
    var ended = db.worker();
    var holder = db.worker();
    db.claim(holder, db.job(), 0);
    db.workers.stop(ended);
    db.workers.stop(holder);
    silence(ended);
    silence(holder);
    db.worker();

    assertThat(db.workers.forgetEnded(Duration.ofMinutes(30))).isZero();
    db.rescue.fromEndedWorkers();
    assertThat(db.workers.forgetEnded(Duration.ofMinutes(30))).isEqualTo(2);
  }

  private void silence(WorkerId worker) {
    db.jdbc
        .sql("update worker set heartbeat_at = now() - interval '1 hour' where id = :id")
        .param("id", worker.value())
        .update();
  }
}
