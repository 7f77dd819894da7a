package dev.offstage.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offstage.call.CallToken;
import dev.offstage.call.CallWaits;
import dev.offstage.call.CallWaits.Finish;
import dev.offstage.call.CallWaits.Standing;
import dev.offstage.job.JobId;
import dev.offstage.job.JobState;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What an endpoint says in the end is acted upon once, whoever dies when. */
class CallWaitsIT {
  private static final String NO = "{\"error\":{\"reason\":\"declined\",\"message\":\"No.\"}}";
  private static final Duration HOUR = Duration.ofHours(1);
  private static final Standing NOTHING = new Standing(null, null);

  @SuppressWarnings("NullAway.Init")
  private static TestDatabase db;

  @SuppressWarnings("NullAway.Init")
  private static CallWaits waits;

  private final CallToken token = CallToken.random();

  @SuppressWarnings("NullAway.Init")
  private WorkerId worker;

  @SuppressWarnings("NullAway.Init")
  private JobId job;

  @BeforeAll
  static void migrate() {
    db = new TestDatabase();
    waits = CallWaits.over(db.db);
  }

  /** A job whose endpoint has asked for time. */
  @BeforeEach
  void callAndWait() {
    worker = db.worker();
    job = db.job();
    db.start(worker, job);
    waits.open(job, 1, token, HOUR);
    waits.await(job, 1);
    settle(JobState.SCHEDULED, false, HOUR);
  }

  private void settle(JobState state, boolean counted, Duration dueIn) {
    db.jobs.settle(
        worker,
        List.of(new Settlement(job, db.find(job).claimNo(), state, counted, dueIn, null, null)));
    db.jdbc
        .sql("update job set due_at = now() where id = ? and due_at is not null")
        .param(job.value())
        .update();
  }

  private Finish finish(String answer) {
    return Objects.requireNonNull(
        db.db.transactions().execute(status -> waits.finish(job, token, answer)));
  }

  private Standing standing() {
    return waits.standing(job, db.find(job).attempt());
  }

  private void act() {
    waits.close(job, db.find(job).attempt());
  }

  private void die() {
    db.jdbc.sql("update worker set state = 'dead' where id = ?").param(worker.value()).update();
    assertThat(db.rescue.fromEndedWorkers().jobs()).hasSize(1);
    worker = db.worker();
  }

  @Test
  void aFailureWhoseSettleWasLostIsFoundAgainByTheNextClaimAndThenNoMore() {
    assertThat(finish(NO)).isEqualTo(Finish.ACCEPTED);
    db.start(worker, job);
    assertThat(standing().answer()).isEqualTo(NO);
    act();
    die(); // before the settle

    db.start(worker, job);
    assertThat(standing().answer()).as("the same attempt").isEqualTo(NO);
    act();
    settle(JobState.RETRYABLE, true, Duration.ZERO);

    db.start(worker, job);
    assertThat(db.find(job).attempt()).isEqualTo(2);
    assertThat(standing()).as("the next attempt calls anew").isEqualTo(NOTHING);
    assertThat(finish(NO)).isEqualTo(Finish.REPEATED);
  }

  @Test
  void aDeadlineWhoseSettleWasLostHasPassedForTheNextClaimToo() {
    db.jdbc
        .sql("update call_wait set deadline = now() - interval '1 s' where job_id = ?")
        .param(job.value())
        .update();
    db.start(worker, job);
    assertThat(Objects.requireNonNull(standing().left()).isNegative()).isTrue();
    act();
    die();

    db.start(worker, job);
    assertThat(Objects.requireNonNull(standing().left()).isNegative()).isTrue();
    act();
    settle(JobState.RETRYABLE, true, Duration.ZERO);
    db.start(worker, job);

    assertThat(standing()).isEqualTo(NOTHING);
    assertThat(finish("{}")).isEqualTo(Finish.TOO_LATE);
  }

  @Test
  void aJobThatIsRedrivenKnowsNothingOfTheCallsBefore() {
    finish(NO);
    db.start(worker, job);
    act();
    db.end(worker, job, JobState.DISCARDED);

    db.verbs.redrive(List.of(job), "acme", Duration.ZERO);
    db.start(worker, job);

    assertThat(db.find(job).attempt()).as("the number of the one that acted").isEqualTo(1);
    assertThat(standing()).isEqualTo(NOTHING);
  }

  @Test
  void aJobThatWasCancelledWhileItWaitedIsCalledAnewWhenItIsRedriven() {
    db.verbs.cancel(List.of(job), "acme", null, "enough");
    db.verbs.redrive(List.of(job), "acme", Duration.ZERO);
    db.start(worker, job);

    assertThat(standing()).isEqualTo(NOTHING);
    assertThat(finish("{}")).isEqualTo(Finish.TOO_LATE);
  }
}
