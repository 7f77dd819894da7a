package dev.offstage.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offstage.job.JobFailure;
import dev.offstage.job.JobId;
import dev.offstage.job.JobKind;
import dev.offstage.job.JobState;
import dev.offstage.job.NewJob;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class JobStoreIT {
  private static final Map<String, Integer> KINDS = Map.of(TestDatabase.KIND, 1);

  @SuppressWarnings("NullAway.Init")
  private static TestDatabase db;

  @BeforeAll
  static void migrate() {
    db = new TestDatabase();
  }

  @Test
  void anInsertThatIsSentAgainChangesNothing() {
    var row =
        JobRow.of(
            db.ids.next(),
            NewJob.of("acme", "ada", new JobKind(TestDatabase.KIND), "{\"a\":1}"),
            "default",
            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
    db.enqueues.insert(List.of(row));
    var worker = db.worker();
    db.claim(worker, row.id(), 0);

    db.enqueues.insert(List.of(row));

    assertThat(db.find(row.id()).state()).isEqualTo(JobState.RUNNING);
    assertThat(db.find(row.id()).payload()).isEqualTo("{\"a\": 1}");
  }

  @Test
  void aClaimWinsOnceAndBumpsTheFence() {
    var id = db.job();
    var first = db.worker();
    var second = db.worker();

    var won = db.claim(first, id, 0);

    assertThat(won).hasSize(1);
    assertThat(won.getFirst().claimNo()).isEqualTo(1);
    assertThat(won.getFirst().attempt()).isEqualTo(1);
    assertThat(db.claim(second, id, 0)).isEmpty();
    assertThat(db.claim(second, id, 1)).as("running").isEmpty();
  }

  @Test
  void aStaleTicketClaimsNothingAfterTheJobWasHandedBack() {
    var id = db.job();
    var worker = db.worker();
    db.claim(worker, id, 0);
    settle(worker, id, 1, JobState.AVAILABLE, Duration.ZERO);

    assertThat(db.claim(worker, id, 0)).isEmpty();
    assertThat(db.claim(worker, id, 1)).hasSize(1);
    assertThat(db.find(id).attempt()).as("being handed back is no attempt").isEqualTo(1);
  }

  @Test
  void aWorkerThatIsDeadOrGoneClaimsNothing() {
    var id = db.job();
    var stopped = db.worker();
    db.workers.stop(stopped);

    assertThat(db.claim(stopped, id, 0)).isEmpty();
    assertThat(db.claim(WorkerId.random(), id, 0)).isEmpty();
    assertThat(db.find(id).state()).isEqualTo(JobState.AVAILABLE);
  }

  @Test
  void aClaimTakesOnlyTheKindsThatTheWorkerRuns() {
    var id = db.job();
    var worker = db.worker();

    assertThat(db.jobs.claim(worker, Map.of("other.kind", 1), List.of(new Claim(id, 0)))).isEmpty();
    assertThat(db.find(id).state()).isEqualTo(JobState.AVAILABLE);
  }

  @Test
  void aClaimOfUnknownOutcomeIsAnsweredWhenAskedAgain() {
    var id = db.job();
    var worker = db.worker();
    db.claim(worker, id, 0);

    assertThat(db.jobs.claimedBy(worker, List.of(new Claim(id, 0))))
        .extracting(ClaimedJob::id)
        .containsExactly(id);
    assertThat(db.jobs.claimedBy(db.worker(), List.of(new Claim(id, 0)))).isEmpty();
  }

  @Test
  void everyJobOfManyIsWonByExactlyOneOfManyWorkers() throws Exception {
    var jobs = db.jobs(500);
    var claims = jobs.stream().map(id -> new Claim(id, 0)).toList();
    var won = new ArrayList<JobId>();
    try (var threads = Executors.newFixedThreadPool(8)) {
      List<Callable<List<ClaimedJob>>> racers = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        var worker = db.worker();
        racers.add(() -> claimInBatches(worker, claims));
      }
      for (var answer : threads.invokeAll(racers)) {
        answer.get().forEach(job -> won.add(job.id()));
      }
    }
    assertThat(won).containsExactlyInAnyOrderElementsOf(jobs);
  }

  private static List<ClaimedJob> claimInBatches(WorkerId worker, List<Claim> claims) {
    var won = new ArrayList<ClaimedJob>();
    for (int from = 0; from < claims.size(); from += 50) {
      won.addAll(db.jobs.claim(worker, KINDS, claims.subList(from, from + 50)));
    }
    return won;
  }

  @Test
  void aSettlementStandsOnceHoweverOftenItIsSent() {
    var id = db.job();
    var worker = db.worker();
    db.claim(worker, id, 0);
    var settlement = new Settlement(id, 1, JobState.COMPLETED, true, null, "{\"ok\":true}", null);

    assertThat(db.jobs.settle(worker, List.of(settlement)).standing()).containsExactly(id);
    var version = db.find(id).version();
    assertThat(db.jobs.settle(worker, List.of(settlement)).standing()).containsExactly(id);

    var job = db.find(id);
    assertThat(job.version()).isEqualTo(version);
    assertThat(job.state()).isEqualTo(JobState.COMPLETED);
    assertThat(job.result()).isEqualTo("{\"ok\": true}");
    assertThat(job.dueAt()).isNull();
    assertThat(job.endedAt()).isNotNull();
  }

  @Test
  void aSettlementOfAnEarlierClaimOrOfAnotherWorkerIsVoid() {
    var id = db.job();
    var lapsed = db.worker();
    var successor = db.worker();
    db.claim(lapsed, id, 0);
    db.jdbc
        .sql("update worker set state = 'dead' where id = :id")
        .param("id", lapsed.value())
        .update();
    db.rescue.fromEndedWorkers();
    db.claim(successor, id, 1);

    assertThat(settle(lapsed, id, 1, JobState.COMPLETED, null)).isFalse();
    assertThat(settle(lapsed, id, 2, JobState.COMPLETED, null)).isFalse();
    assertThat(db.jobs.progress(lapsed, id, 1, 0.5, "late")).isFalse();
    assertThat(db.jobs.fence(lapsed, id, 1)).isFalse();

    assertThat(db.find(id).state()).isEqualTo(JobState.RUNNING);
    assertThat(settle(successor, id, 2, JobState.COMPLETED, null)).isTrue();
  }

  @Test
  void aFailedAttemptFallsDueAgainAfterItsDelayAndSaysWhy() {
    var id = db.job();
    var worker = db.worker();
    db.claim(worker, id, 0);
    var failure = new JobFailure("timeout", "took \0 too long");
    db.jobs.settle(
        worker,
        List.of(
            new Settlement(id, 1, JobState.RETRYABLE, true, Duration.ofMinutes(1), null, failure)));

    var job = db.find(id);
    assertThat(job.state()).isEqualTo(JobState.RETRYABLE);
    assertThat(job.failure()).isEqualTo(new JobFailure("timeout", "took   too long"));
    assertThat(Duration.between(job.createdAt(), job.dueAt()))
        .isGreaterThan(Duration.ofSeconds(55));

    db.claim(worker, id, 1);
    settle(worker, id, 2, JobState.COMPLETED, null);
    assertThat(db.find(id).failure()).as("a completed job has no error").isNull();
    assertThat(db.find(id).attempt()).isEqualTo(2);
  }

  @Test
  void anotherTenantsOrOwnersJobDoesNotExist() {
    var id = db.ids.next();
    var job = NewJob.of("acme", "ada", new JobKind(TestDatabase.KIND), "{}");
    db.enqueues.insert(List.of(JobRow.of(id, job, "default", null)));

    assertThat(db.jobs.find(id, "acme", "ada")).isPresent();
    assertThat(db.jobs.find(id, "acme", null)).isPresent();
    assertThat(db.jobs.find(id, "acme", "bob")).isEmpty();
    assertThat(db.jobs.find(id, "umbrella", null)).isEmpty();
  }

  /**
   * Round trips and row writes: one insert, a HOT claim, HOT progress, and one settle that is not.
   */
  @Test
  void claimsAndProgressNeverTouchAnIndex() {
    var own = new TestDatabase();
    var ids = own.jobs(50);
    var worker = own.worker();
    var claims = ids.stream().map(id -> new Claim(id, 0)).toList();
    own.jobs.claim(worker, KINDS, claims);
    ids.forEach(id -> own.jobs.progress(worker, id, 1, 0.5, "half"));
    assertThat(updates(own)).isEqualTo(new Updates(100, 100));

    own.jobs.settle(
        worker,
        ids.stream()
            .map(id -> new Settlement(id, 1, JobState.COMPLETED, true, null, null, null))
            .toList());
    assertThat(updates(own)).isEqualTo(new Updates(150, 100));
  }

  private record Updates(long all, long hot) {}

  private static Updates updates(TestDatabase own) {
    own.jdbc.sql("select pg_stat_force_next_flush()").query((row, n) -> n).list();
    return own.jdbc
        .sql(
            """
            select sum(n_tup_upd) as every, sum(n_tup_hot_upd) as hot
            from pg_stat_user_tables where relname like 'job\\_2%'
            """)
        .query((row, n) -> new Updates(row.getLong("every"), row.getLong("hot")))
        .single();
  }

  private static boolean settle(
      WorkerId worker, JobId id, int claimNo, JobState state, @Nullable Duration dueIn) {
    boolean counted = state != JobState.AVAILABLE;
    return db.jobs
        .settle(worker, List.of(new Settlement(id, claimNo, state, counted, dueIn, null, null)))
        .standing()
        .contains(id);
  }
}
