package dev.offstage.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offstage.job.Enqueued;
import dev.offstage.job.IdempotencyKey;
import dev.offstage.job.JobId;
import dev.offstage.job.JobState;
import dev.offstage.job.NewJob;
import dev.offstage.job.UniqueKey;
import dev.offstage.job.UniqueKey.Policy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Unique keys, ordering keys and idempotency keys, over the whole life of their jobs. */
class KeysIT {
  @SuppressWarnings("NullAway.Init")
  private static TestDatabase db;

  @SuppressWarnings("NullAway.Init")
  private WorkerId worker;

  private final String key = UUID.randomUUID().toString();

  @BeforeAll
  static void migrate() {
    db = new TestDatabase();
  }

  @BeforeEach
  void enterWorker() {
    worker = db.worker();
  }

  // Unique keys -----------------------------------------------------------------------------------

  @Test
  void aTakenUniqueKeyIsRefusedAndNamesItsHolder() {
    var holder = db.enqueue(unique(Policy.REJECT, null));

    assertThat(db.offer(unique(Policy.REJECT, null)))
        .isInstanceOfSatisfying(
            Enqueued.Refused.class,
            refused -> {
              assertThat(refused.reason()).isEqualTo(Enqueued.Reason.UNIQUE_KEY_TAKEN);
              assertThat(refused.holder()).isEqualTo(holder);
            });
  }

  @Test
  void keepAnswersTheHolderInTheNewcomersStead() {
    var holder = db.enqueue(unique(Policy.KEEP, null));

    assertThat(db.offer(unique(Policy.KEEP, null)))
        .isEqualTo(new Enqueued.Existing(holder, JobState.AVAILABLE));
  }

  @ParameterizedTest
  @EnumSource(
      value = JobState.class,
      names = {"COMPLETED", "CANCELLED", "DISCARDED"})
  void aUniqueKeyIsFreeTheMomentItsJobEnds(JobState end) {
    var first = db.enqueue(unique(Policy.REJECT, null));
    db.start(worker, first);
    assertThat(db.offer(unique(Policy.REJECT, null))).isInstanceOf(Enqueued.Refused.class);

    db.end(worker, first, end);

    assertThat(db.offer(unique(Policy.REJECT, null))).isInstanceOf(Enqueued.Accepted.class);
  }

  @Test
  void aRetryKeepsTheUniqueKey() {
    var first = db.enqueue(unique(Policy.REJECT, null));
    db.start(worker, first);
    db.end(worker, first, JobState.RETRYABLE);

    assertThat(db.offer(unique(Policy.REJECT, null))).isInstanceOf(Enqueued.Refused.class);
  }

  @Test
  void aUniqueKeyIsTheTenantsAndTheKindsOwn() {
    db.enqueue(unique(Policy.REJECT, null));
    var other =
        NewJob.builder("other", new dev.offstage.job.JobKind(TestDatabase.KIND), "{}")
            .unique(new UniqueKey(key, Policy.REJECT, null))
            .build();
    var kind =
        NewJob.builder("acme", new dev.offstage.job.JobKind("test.other"), "{}")
            .unique(new UniqueKey(key, Policy.REJECT, null))
            .build();

    assertThat(db.offer(other)).isInstanceOf(Enqueued.Accepted.class);
    assertThat(db.offer(kind)).isInstanceOf(Enqueued.Accepted.class);
  }

  @Test
  void aPeriodOutlastsTheJobAndEndsByItself() throws Exception {
    var first = db.enqueue(unique(Policy.REJECT, Duration.ofMillis(600)));
    db.run(worker, first);
    assertThat(db.offer(unique(Policy.REJECT, Duration.ofMillis(600))))
        .isInstanceOf(Enqueued.Refused.class);

    Thread.sleep(700);

    assertThat(db.offer(unique(Policy.REJECT, Duration.ofMillis(600))))
        .isInstanceOf(Enqueued.Accepted.class);
  }

  @Test
  void aCancelledJobFreesItsKeyAtOnceAlsoWithinAPeriod() {
    var first = db.enqueue(unique(Policy.REJECT, Duration.ofHours(1)));

    db.verbs.cancel(List.of(first), "acme", null, "no more");

    assertThat(db.offer(unique(Policy.REJECT, null))).isInstanceOf(Enqueued.Accepted.class);
  }

  @Test
  void anExpiredJobFreesItsKeyAtOnceBeforeAnybodySweeps() throws Exception {
    var first =
        db.enqueue(
            unique(Policy.REJECT, null).toBuilder()
                .expiresAt(Instant.now().plusMillis(200))
                .build());
    Thread.sleep(400);

    assertThat(db.offer(unique(Policy.REJECT, null))).isInstanceOf(Enqueued.Accepted.class);
    assertThat(db.find(first).state()).isEqualTo(JobState.DISCARDED);
    assertThat(db.start(worker, first)).isFalse();
  }

  @Test
  void replaceCancelsTheHolderThatWaits() {
    var first = db.enqueue(unique(Policy.REPLACE, null));

    var second = db.enqueue(unique(Policy.REPLACE, null));

    assertThat(db.find(first).state()).isEqualTo(JobState.CANCELLED);
    assertThat(reason(first)).isEqualTo("replaced");
    assertThat(db.start(worker, second)).isTrue();
  }

  @Test
  void replaceWaitsForARunningHolderAndTheLatestWins() {
    var first = db.enqueue(unique(Policy.REPLACE, null));
    db.start(worker, first);

    var second = db.enqueue(unique(Policy.REPLACE, null));
    var third = db.enqueue(unique(Policy.REPLACE, null));

    assertThat(db.find(first).state()).isEqualTo(JobState.RUNNING);
    assertThat(db.find(second).state()).isEqualTo(JobState.CANCELLED);
    assertThat(db.start(worker, third)).as("while the first runs").isFalse();
    var settled = db.end(worker, first, JobState.COMPLETED);
    assertThat(settled.touched()).contains(new Touched(third, "default", true));
    db.run(worker, third);
    assertThat(rows("unique_key", "key = ?", key)).isZero();
  }

  @Test
  void aReplacedHolderIsNotTriedAgain() {
    var first = db.enqueue(unique(Policy.REPLACE, null));
    db.start(worker, first);
    var second = db.enqueue(unique(Policy.REPLACE, null));

    db.end(worker, first, JobState.RETRYABLE);

    assertThat(db.find(first).state()).isEqualTo(JobState.CANCELLED);
    assertThat(db.start(worker, second)).isTrue();
  }

  /** What it waits for ends at the same moment, and neither end sees that the other has. */
  @Test
  void whoIsNextOfAUniqueKeyAndInAnOrderRunsWhenBothComeFreeAtOnce() throws Exception {
    var before = db.enqueue(db.newJob().orderingKey(key).build());
    var holder = db.enqueue(unique(Policy.REPLACE, null));
    db.start(worker, before);
    db.start(worker, holder);
    var both = new UniqueKey(key, Policy.REPLACE, null);
    var next = db.enqueue(db.newJob().unique(both).orderingKey(key).build());

    try (var connection = db.dataSource.getConnection();
        var threads = Executors.newSingleThreadExecutor()) {
      connection.setAutoCommit(false);
      try (var statement = connection.createStatement()) {
        statement.execute(
            "select complete_linked('%s', 1, array['%s']::uuid[], null)".formatted(worker, holder));
      }
      var turn = threads.submit(() -> db.end(worker, before, JobState.COMPLETED));
      Awaitility.await("its turn has come, or waits for its key")
          .until(() -> turn.isDone() || db.lockWaiters() > 0);
      connection.commit();
      assertThat(turn.get().touched()).extracting(Touched::id).containsExactly(next);
    }

    assertThat(db.start(worker, next)).isTrue();
  }

  @Test
  void ofManyCallersAtOnceOneHasTheUniqueKey() throws Exception {
    var answers = atOnce(16, () -> db.offer(unique(Policy.REJECT, null)));

    assertThat(answers).filteredOn(Enqueued.Accepted.class::isInstance).hasSize(1);
    assertThat(answers).filteredOn(Enqueued.Refused.class::isInstance).hasSize(15);
  }

  private NewJob unique(Policy policy, @Nullable Duration period) {
    return db.newJob().unique(new UniqueKey(key, policy, period)).build();
  }

  // Ordering keys ---------------------------------------------------------------------------------

  @Test
  void jobsOfAnOrderingKeyRunOneAtATimeInOrder() {
    var jobs = ordered(3);

    for (var id : jobs) {
      assertThat(jobs.stream().filter(other -> db.start(worker, other)).toList())
          .containsExactly(id);
      db.end(worker, id, JobState.COMPLETED);
    }
    db.gates.forgetIdle(1_000);
    assertThat(rows("gate", "name = ?", "acme/" + key)).isZero();
  }

  @ParameterizedTest
  @EnumSource(
      value = JobState.class,
      names = {"CANCELLED", "DISCARDED"})
  void anOrderGoesOnWhenItsHeadEndsBadly(JobState end) {
    var jobs = ordered(2);
    db.start(worker, jobs.getFirst());

    db.end(worker, jobs.getFirst(), end);

    assertThat(db.start(worker, jobs.getLast())).isTrue();
  }

  @Test
  void aHeadThatIsTriedAgainHoldsUpThoseBehindIt() {
    var jobs = ordered(2);
    db.start(worker, jobs.getFirst());
    db.end(worker, jobs.getFirst(), JobState.RETRYABLE);

    assertThat(db.start(worker, jobs.getLast())).isFalse();
    db.run(worker, jobs.getFirst());
    assertThat(db.start(worker, jobs.getLast())).isTrue();
  }

  @Test
  void oneThatIsCancelledInTheMiddleOfAnOrderIsSkipped() {
    var jobs = ordered(3);
    db.verbs.cancel(List.of(jobs.get(1)), "acme", null, "not this one");

    db.run(worker, jobs.getFirst());

    assertThat(db.start(worker, jobs.getLast())).isTrue();
  }

  @Test
  void aHeadThatIsCancelledBeforeItRunsLetsTheNextGo() {
    var jobs = ordered(2);

    var cancelled = db.verbs.cancel(List.of(jobs.getFirst()), "acme", null, "not this one");

    assertThat(cancelled.touched()).contains(new Touched(jobs.getLast(), "default", true));
    assertThat(db.start(worker, jobs.getLast())).isTrue();
  }

  @Test
  void aRedrivenJobGoesToTheEndOfItsLine() {
    var jobs = ordered(3);
    db.start(worker, jobs.getFirst());
    db.end(worker, jobs.getFirst(), JobState.DISCARDED);

    db.verbs.redrive(List.of(jobs.getFirst()), "acme", Duration.ZERO);

    for (var id : List.of(jobs.get(1), jobs.get(2), jobs.get(0))) {
      assertThat(jobs.stream().filter(other -> db.start(worker, other)).toList())
          .containsExactly(id);
      db.end(worker, id, JobState.COMPLETED);
    }
  }

  @Test
  void anOrderHoldsWhenManyEnqueueAndManyRunAtOnce() throws Exception {
    var accepted = new ArrayList<JobId>();
    atOnce(
        8,
        () -> {
          for (int i = 0; i < 10; i++) {
            var id = db.enqueue(db.newJob().orderingKey(key).build());
            synchronized (accepted) {
              accepted.add(id);
            }
          }
          return true;
        });
    var ran = new ArrayList<JobId>();
    while (ran.size() < accepted.size()) {
      var started =
          accepted.stream().filter(id -> !ran.contains(id)).filter(this::tryStart).toList();
      assertThat(started).hasSize(1);
      ran.addAll(started);
      db.end(worker, started.getFirst(), JobState.COMPLETED);
    }
    assertThat(ran).containsExactlyInAnyOrderElementsOf(accepted);
  }

  private boolean tryStart(JobId id) {
    return db.start(worker, id);
  }

  private List<JobId> ordered(int count) {
    var jobs = new ArrayList<JobId>();
    for (int i = 0; i < count; i++) {
      jobs.add(db.enqueue(db.newJob().orderingKey(key).build()));
    }
    return jobs;
  }

  // Idempotency keys ------------------------------------------------------------------------------

  @Test
  void aRepeatedRequestIsAnsweredWithTheJobThatItMade() {
    var first = db.offer(idempotent("a"));
    db.run(worker, ((Enqueued.Accepted) first).id());

    assertThat(db.offer(idempotent("a")))
        .isEqualTo(new Enqueued.Existing(((Enqueued.Accepted) first).id(), JobState.AVAILABLE));
  }

  @Test
  void anIdempotencyKeyForSomethingElseIsRefused() {
    db.enqueue(idempotent("a"));

    assertThat(db.offer(idempotent("b")))
        .isInstanceOfSatisfying(
            Enqueued.Refused.class,
            refused ->
                assertThat(refused.reason()).isEqualTo(Enqueued.Reason.IDEMPOTENCY_KEY_REUSED));
  }

  @Test
  void theSameIdempotencyKeyTwiceInOneBatchMakesOneJob() {
    var answers = db.offerAll(List.of(idempotent("a"), idempotent("a"), idempotent("b")));

    assertThat(answers.get(0)).isInstanceOf(Enqueued.Accepted.class);
    assertThat(answers.get(1))
        .isEqualTo(
            new Enqueued.Existing(((Enqueued.Accepted) answers.get(0)).id(), JobState.AVAILABLE));
    assertThat(answers.get(2)).isInstanceOf(Enqueued.Refused.class);
  }

  @Test
  void aRefusedJobIsNotRemembered() {
    var holder = db.enqueue(unique(Policy.REJECT, null));
    var job =
        unique(Policy.REJECT, null).toBuilder()
            .idempotency(new IdempotencyKey("i-" + key, "a"))
            .build();
    assertThat(db.offer(job)).isInstanceOf(Enqueued.Refused.class);
    db.run(worker, holder);

    assertThat(db.offer(job)).isInstanceOf(Enqueued.Accepted.class);
  }

  @Test
  void aBatchThatIsSentAgainChangesNothing() {
    var row = JobRow.of(db.ids.next(), unique(Policy.REJECT, null), "default", null);
    db.linked.enqueue(List.of(row));
    db.start(worker, row.id());

    var again = db.linked.enqueue(List.of(row));

    assertThat(again.enqueued()).containsExactly(new Enqueued.Accepted(row.id(), JobState.RUNNING));
  }

  private NewJob idempotent(String fingerprint) {
    return db.newJob().idempotency(new IdempotencyKey("i-" + key, fingerprint)).build();
  }

  private static @Nullable String reason(JobId id) {
    var failure = db.find(id).failure();
    return failure == null ? null : failure.reason();
  }

  private static int rows(String table, String where, Object value) {
    return db.jdbc
        .sql("select count(*) from " + table + " where " + where)
        .param(value)
        .query(Integer.class)
        .single();
  }

  private static <T> List<T> atOnce(int callers, Callable<T> call) throws Exception {
    try (var threads = Executors.newFixedThreadPool(callers)) {
      var calls = new ArrayList<Callable<T>>();
      for (int i = 0; i < callers; i++) {
        calls.add(call);
      }
      var answers = new ArrayList<T>();
      for (var answer : threads.invokeAll(calls)) {
        answers.add(answer.get());
      }
      return answers;
    }
  }
}
