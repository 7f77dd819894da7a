package dev.offstage.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offstage.job.JobFailure;
import dev.offstage.job.JobId;
import dev.offstage.job.JobState;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class RescueStoreIT {
  @SuppressWarnings("NullAway.Init")
  private static TestDatabase db;

  @BeforeAll
  static void migrate() {
    db = new TestDatabase();
  }

  @Test
  void itTakesFromTheDeadButNotFromTheLiving() {
    var dead = db.worker();
    var living = db.worker();
    var orphan = db.job();
    var held = db.job();
    db.claim(dead, orphan, 0);
    db.claim(living, held, 0);
    kill(dead);

    assertThat(rescued()).containsExactly(orphan);
    assertThat(rescued()).isEmpty();

    var job = db.find(orphan);
    assertThat(job.state()).isEqualTo(JobState.AVAILABLE);
    assertThat(job.attempt()).as("a crash is no attempt").isZero();
    assertThat(job.claimNo()).isEqualTo(1);
    assertThat(db.find(held).state()).isEqualTo(JobState.RUNNING);
    assertThat(db.claim(living, orphan, 1)).hasSize(1);
  }

  @Test
  void aJobUnderAWorkerThatNobodyKnowsIsTakenBackToo() {
    var id = db.job();
    var other = db.job();
    var worker = db.worker();
    db.claim(worker, id, 0);
    db.claim(worker, other, 0);
    db.jdbc
        .sql("update job set worker = gen_random_uuid() where id = ?")
        .param(id.value())
        .update();

    assertThat(rescued()).isEmpty();
    assertThat(db.rescue.fromUnknownWorkers(10).jobs())
        .extracting(RescueStore.Rescued::id)
        .containsExactly(id);
  }

  @Test
  void aJobThatKillsItsWorkersIsDiscardedAfterTheThird() {
    var id = db.job();
    for (int crash = 0; crash < 3; crash++) {
      var victim = db.worker();
      assertThat(db.claim(victim, id, crash)).hasSize(1);
      kill(victim);
      assertThat(rescued()).containsExactly(id);
    }
    var job = db.find(id);
    assertThat(job.state()).isEqualTo(JobState.DISCARDED);
    assertThat(job.failure()).extracting(JobFailure::reason).isEqualTo("crashed");
    assertThat(job.dueAt()).isNull();
    assertThat(db.claim(db.worker(), id, 3)).isEmpty();
    assertThat(
            db.jdbc
                .sql("select sum(n) from job_count_delta where state = 'discarded'")
                .query(Long.class)
                .single())
        .isEqualTo(1);
  }

  @Test
  void ofSeveralSuspectsThoseThatCrashedMostOftenAreBlamed() {
    var likely = db.job();
    var lessLikely = db.job();
    setCrashes(likely, 2);
    setCrashes(lessLikely, 1);
    var worker = db.worker();
    db.claim(worker, likely, 0);
    db.claim(worker, lessLikely, 0);
    kill(worker);
    rescued();

    assertThat(crashes(likely)).isEqualTo(3);
    assertThat(crashes(lessLikely)).isEqualTo(1);
  }

  @Test
  void whoTravelledWithASuspectIsNotBlamed() {
    var suspect = db.job();
    var neighbour = db.job();
    setCrashes(suspect, 1);
    var worker = db.worker();
    db.claim(worker, suspect, 0);
    db.claim(worker, neighbour, 0);
    var elsewhere = db.job();
    var other = db.worker();
    db.claim(other, elsewhere, 0);
    kill(worker);
    kill(other);
    rescued();

    assertThat(crashes(suspect)).isEqualTo(2);
    assertThat(crashes(neighbour)).isZero();
    assertThat(crashes(elsewhere)).as("its worker had no suspect aboard").isEqualTo(1);
  }

  @Test
  void aWorkerThatStoppedInOrderHasNotCrashed() {
    var id = db.job();
    var worker = db.worker();
    db.claim(worker, id, 0);
    db.workers.stop(worker);

    assertThat(rescued()).containsExactly(id);
    assertThat(crashes(id)).isZero();
    assertThat(db.find(id).attempt()).isZero();
  }

  @Test
  void aJobThatIsToBeCancelledIsCancelledInsteadOfTakenBack() {
    var id = db.job();
    var worker = db.worker();
    db.claim(worker, id, 0);
    db.jdbc
        .sql("update job set cancel_reason = 'nobody wants it' where id = ?")
        .param(id.value())
        .update();
    kill(worker);

    assertThat(db.rescue.fromEndedWorkers().jobs())
        .containsExactly(new RescueStore.Rescued(id, "default", true));
    var job = db.find(id);
    assertThat(job.state()).isEqualTo(JobState.CANCELLED);
    assertThat(job.failure()).isEqualTo(new JobFailure("cancelled", "nobody wants it"));
  }

  @Test
  void itsSlotGoesToWhoWaitsForIt() {
    var first = db.job();
    var second = db.job();
    db.jdbc
        .sql(
            "update job set concurrency_key = 'k', concurrency_limit = 1 where id ="
                + " any(:ids::uuid[])")
        .param("ids", new String[] {first.toString(), second.toString()})
        .update();
    var worker = db.worker();
    assertThat(db.claim(worker, first, 0)).hasSize(1);
    assertThat(db.claim(db.worker(), second, 0)).isEmpty();
    kill(worker);

    var rescue = db.rescue.fromEndedWorkers();

    assertThat(rescue.jobs()).extracting(RescueStore.Rescued::id).containsExactly(first);
    assertThat(rescue.touched()).contains(new Touched(second, "default", true));
    assertThat(db.claim(db.worker(), second, 0)).hasSize(1);
  }

  @Test
  void whatAWorkerSettledBeforeItWasTakenBackStands() {
    var id = db.job();
    var worker = db.worker();
    db.claim(worker, id, 0);
    kill(worker);
    db.jobs.settle(
        worker, List.of(new Settlement(id, 1, JobState.COMPLETED, true, null, "{}", null)));

    assertThat(rescued()).isEmpty();
    assertThat(db.find(id).state()).isEqualTo(JobState.COMPLETED);
  }

  private List<JobId> rescued() {
    return db.rescue.fromEndedWorkers().jobs().stream().map(RescueStore.Rescued::id).toList();
  }

  private void kill(WorkerId worker) {
    db.jdbc
        .sql("update worker set heartbeat_at = now() - interval '1 hour' where id = :id")
        .param("id", worker.value())
        .update();
    assertThat(db.workers.buryLapsed()).containsExactly(worker);
  }

  private void setCrashes(JobId id, int crashes) {
    db.jdbc
        .sql("update job set crashes = :crashes where id = :id")
        .param("crashes", crashes)
        .param("id", id.value())
        .update();
  }

  private int crashes(JobId id) {
    return db.jdbc
        .sql("select crashes from job where id = :id")
        .param("id", id.value())
        .query(Integer.class)
        .single();
  }
}
