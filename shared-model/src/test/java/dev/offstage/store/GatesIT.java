package dev.offstage.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offstage.job.ConcurrencyKey;
import dev.offstage.job.JobId;
import dev.offstage.job.JobKind;
import dev.offstage.job.JobState;
import dev.offstage.job.NewJob;
import dev.offstage.job.Rate;
import dev.offstage.store.GateStore.Scope;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Concurrency, rates and pauses, exact whoever claims. */
class GatesIT {
  @SuppressWarnings("NullAway.Init")
  private static TestDatabase db;

  @SuppressWarnings("NullAway.Init")
  private WorkerId worker;

  private final String key = UUID.randomUUID().toString();

  /** Of this test alone, so that its rules concern nobody else. */
  private final String kind = "test.k" + key.replace("-", "");

  @BeforeAll
  static void migrate() {
    db = new TestDatabase();
  }

  @BeforeEach
  void enterWorker() {
    worker = db.worker();
  }

  @Test
  void noMoreOfAConcurrencyKeyRunThanItsLimit() {
    var jobs = keyed(5, 2);

    var started = startable(jobs);

    assertThat(started).hasSize(2);
    assertThat(held("key:acme/" + key)).isEqualTo(2);
  }

  @Test
  void aSlotThatComesFreeGoesToWhoWaitedLongest() {
    var jobs = keyed(3, 1);
    assertThat(startable(jobs)).containsExactly(jobs.getFirst());

    var settled = end(jobs.getFirst(), JobState.COMPLETED);

    assertThat(settled.touched()).containsExactly(new Touched(jobs.get(1), "default", true));
    assertThat(startable(jobs)).containsExactly(jobs.get(1));
  }

  @Test
  void whoWasTicketedAheadOfTheDispatcherAndWaitedIsDueWhenItIsCalled() {
    var ahead = job().concurrency(new ConcurrencyKey(key, 1)).build();
    var jobs =
        Stream.generate(db.ids::next)
            .limit(2)
            .map(id -> new JobRow(id, ahead, "default", Duration.ofSeconds(5), null, null))
            .sorted(Comparator.comparing(JobRow::id))
            .toList();
    db.enqueues.insert(jobs);
    assertThat(startable(jobs.stream().map(JobRow::id).toList())).hasSize(1);

    end(jobs.getFirst().id(), JobState.COMPLETED);

    assertThat(isDue(jobs.getLast().id())).isTrue();
  }

  @Test
  void aHastenedJobThatWaitedIsDueWhenItIsCalled() {
    var running = keyed(1, 1).getFirst();
    startable(List.of(running));
    var later =
        db.enqueue(
            job().concurrency(new ConcurrencyKey(key, 1)).delay(Duration.ofHours(1)).build());
    db.verbs.hasten(List.of(later), "acme");
    assertThat(startable(List.of(later))).isEmpty();

    end(running, JobState.COMPLETED);

    assertThat(isDue(later)).isTrue();
  }

  @Test
  void aCalledJobKeepsItsSlotAgainstNewcomers() {
    var jobs = keyed(2, 1);
    startable(jobs);
    end(jobs.getFirst(), JobState.COMPLETED);
    var newcomer = keyed(1, 1).getFirst();

    assertThat(startable(List.of(newcomer))).isEmpty();
    assertThat(startable(jobs)).containsExactly(jobs.getLast());
  }

  @Test
  void aCalledJobThatIsCancelledHandsItsSlotOn() {
    var jobs = keyed(3, 1);
    startable(jobs);
    end(jobs.getFirst(), JobState.COMPLETED);

    var cancelled = db.verbs.cancel(List.of(jobs.get(1)), "acme", null, "not this one");

    assertThat(cancelled.touched()).contains(new Touched(jobs.get(2), "default", true));
    assertThat(startable(jobs)).containsExactly(jobs.get(2));
  }

  @Test
  void aJobThatWaitsToBeTriedAgainHoldsNoSlot() {
    var jobs = keyed(2, 1);
    startable(jobs);

    end(jobs.getFirst(), JobState.RETRYABLE);

    assertThat(startable(List.of(jobs.getLast()))).hasSize(1);
    assertThat(startable(List.of(jobs.getFirst()))).isEmpty();
  }

  @Test
  void theGateOfAKeyGoesWithItsLastJob() {
    var jobs = keyed(3, 1);
    for (var id : jobs) {
      startable(jobs);
      end(id, JobState.COMPLETED);
    }
    assertThat(gates()).isEmpty();
  }

  @Test
  void aLimitCountsWhatRunsAlready() {
    var before = startable(plain(2));
    var jobs = plain(2);

    db.gates.limit(Scope.KIND, kind, 3, null);

    assertThat(held("kind:" + kind)).isEqualTo(2);
    assertThat(startable(jobs)).containsExactly(jobs.getFirst());
    var settled = end(before.getFirst(), JobState.COMPLETED);
    assertThat(settled.touched()).containsExactly(new Touched(jobs.getLast(), "default", true));
  }

  @Test
  void aKindsLimitHoldsForPlainJobsToo() {
    db.gates.limit(Scope.KIND, kind, 2, null);
    var jobs = plain(4);

    var first = startable(jobs);
    assertThat(first).hasSize(2);
    db.gates.limit(Scope.KIND, kind, null, null);
    assertThat(startable(jobs)).hasSize(2);
    first.forEach(id -> end(id, JobState.COMPLETED));
    assertThat(gates()).as("a rule that says nothing goes with its last slot").isEmpty();
  }

  @Test
  void nobodyHoldsOneGateWhileWaitingAtAnother() {
    db.gates.limit(Scope.KIND, kind, 1, null);
    var blocker = plain(1).getFirst();
    assertThat(startable(List.of(blocker))).hasSize(1);
    var keyed = keyed(1, 1).getFirst();

    assertThat(startable(List.of(keyed))).isEmpty();

    assertThat(held("key:acme/" + key)).isZero();
    end(blocker, JobState.COMPLETED);
    assertThat(startable(List.of(keyed))).hasSize(1);
    assertThat(held("key:acme/" + key)).isOne();
    end(keyed, JobState.COMPLETED);
    assertThat(held("kind:" + kind)).isZero();
  }

  @Test
  void nothingOfAPausedKindStartsUntilItIsResumed() {
    var jobs = plain(3);
    db.gates.pause(Scope.KIND, kind, "the partner is down");

    assertThat(startable(jobs)).isEmpty();

    assertThat(db.gates.rules())
        .filteredOn(rule -> rule.name().equals(kind))
        .singleElement()
        .satisfies(
            rule -> {
              assertThat(rule.paused()).isTrue();
              assertThat(rule.reason()).isEqualTo("the partner is down");
              assertThat(rule.parked()).isEqualTo(3);
            });
    assertThat(db.gates.resume(Scope.KIND, kind)).hasSize(3);
    assertThat(startable(jobs)).hasSize(3);
  }

  @Test
  void aPauseLetsFinishWhatRuns() {
    var job = plain(1).getFirst();
    startable(List.of(job));

    db.gates.pause(Scope.KIND, kind, "enough");
    end(job, JobState.COMPLETED);

    assertThat(db.find(job).state()).isEqualTo(JobState.COMPLETED);
  }

  @Test
  void noMoreStartInATimeThanItsRate() throws Exception {
    db.gates.limit(Scope.KIND, kind, null, new Rate(5, Duration.ofMillis(500)));
    var jobs = plain(12);
    var started = new ArrayList<JobId>();
    while (started.size() < 12) {
      db.jdbc
          .sql("select * from call_parked(array[?])")
          .param("kind:" + kind)
          .query(Touched::of)
          .list();
      started.addAll(startable(jobs));
      Thread.sleep(5);
    }
    // By PostgreSQL's clock, which is the one that paces.
    var starts =
        started.stream().map(id -> Objects.requireNonNull(db.find(id).startedAt())).toList();
    for (int i = 0; i + 5 < starts.size(); i++) {
      assertThat(Duration.between(starts.get(i), starts.get(i + 5)))
          .as("the sixth after the first")
          .isGreaterThanOrEqualTo(Duration.ofMillis(500));
    }
  }

  @Test
  void manyWorkersAtOnceNeverPassALimit() throws Exception {
    var jobs = keyed(60, 3);
    var running = new AtomicInteger();
    var most = new AtomicInteger();
    var ended = new AtomicInteger();
    Callable<Boolean> work =
        () -> {
          var me = db.worker();
          while (ended.get() < jobs.size()) {
            for (var id : jobs) {
              if (db.find(id).dueAt() != null && claim(me, id)) {
                most.accumulateAndGet(running.incrementAndGet(), Math::max);
                running.decrementAndGet();
                db.end(me, id, JobState.COMPLETED);
                ended.incrementAndGet();
              }
            }
          }
          return true;
        };
    try (var threads = Executors.newFixedThreadPool(6)) {
      for (var answer : threads.invokeAll(List.of(work, work, work, work, work, work))) {
        answer.get();
      }
    }
    assertThat(most.get()).isLessThanOrEqualTo(3);
    assertThat(gates()).isEmpty();
  }

  @Test
  void oneClaimOfManyFillsEachGateAndLetsTheOthersWaitInTheirOrder() {
    var other = UUID.randomUUID().toString();
    var jobs = new ArrayList<>(keyed(5, 2));
    jobs.addAll(enqueue(3, job().concurrency(new ConcurrencyKey(other, 10)).build()));
    jobs.addAll(plain(1));

    var won = claimAll(jobs);

    assertThat(won)
        .containsExactlyInAnyOrder(
            jobs.get(0), jobs.get(1), jobs.get(5), jobs.get(6), jobs.get(7), jobs.get(8));
    assertThat(held("key:acme/" + key)).isEqualTo(2);
    assertThat(held("key:acme/" + other)).isEqualTo(3);
    for (int next = 2; next < 5; next++) {
      assertThat(end(jobs.get(next - 2), JobState.COMPLETED).touched())
          .containsExactly(new Touched(jobs.get(next), "default", true));
      assertThat(claimAll(List.of(jobs.get(next)))).containsExactly(jobs.get(next));
    }
  }

  @Test
  void aJobThatIsNamedTwiceTakesOneSlot() {
    var job = keyed(1, 2).getFirst();

    assertThat(claimAll(List.of(job, job))).containsExactly(job);

    assertThat(held("key:acme/" + key)).isEqualTo(1);
    end(job, JobState.COMPLETED);
    assertThat(gates()).isEmpty();
  }

  @Test
  void ofSeveralLimitsOfAKeyTheHighestOfABatchHolds() {
    var five = keyed(1, 5);
    claimAll(five);

    var more = new ArrayList<>(keyed(2, 5));
    more.addAll(keyed(1, 3));
    assertThat(claimAll(more)).hasSize(3);
    assertThat(claimAll(List.of(keyed(1, 5).getFirst(), keyed(1, 1).getFirst()))).hasSize(1);
  }

  @Test
  void jobsThatWaitElsewhereLeaveNoGateOfTheirKey() {
    db.gates.pause(GateStore.Scope.KIND, kind, "maintenance");
    var jobs = keyed(2, 1);

    assertThat(claimAll(jobs)).isEmpty();

    assertThat(gates()).containsExactly("kind:" + kind);
    db.gates.resume(GateStore.Scope.KIND, kind);
    assertThat(startable(jobs)).hasSize(1);
  }

  /** A claim waits for a gate that another holds, and finds the slots as they are then. */
  @Test
  void aClaimThatWaitedForAGateTakesNoSlotThatIsGone() throws Exception {
    var jobs = keyed(3, 2);
    assertThat(claimAll(jobs.subList(0, 1))).hasSize(1);
    try (var connection = db.dataSource.getConnection();
        var threads = Executors.newSingleThreadExecutor()) {
      connection.setAutoCommit(false);
      try (var statement = connection.createStatement()) {
        statement.execute("update gate set held = 2 where id = 'key:acme/" + key + "'");
      }
      var won = threads.submit(() -> claimAll(jobs.subList(1, 3)));
      awaitWaiter();
      connection.commit();
      assertThat(won.get()).isEmpty();
    }
    assertThat(held("key:acme/" + key)).isEqualTo(2);
  }

  /** As if it had been parked and called, with a slot, since the claim looked at it. */
  @Test
  void aJobThatIsCalledWhileItsClaimWaitsHasOneSlot() throws Exception {
    var jobs = keyed(2, 3);
    var gate = "key:acme/" + key;
    assertThat(claimAll(jobs.subList(0, 1))).hasSize(1);
    try (var connection = db.dataSource.getConnection();
        var threads = Executors.newSingleThreadExecutor()) {
      connection.setAutoCommit(false);
      try (var statement = connection.createStatement()) {
        statement.execute(
            "update job set holds = array['%s'], version = version + 1 where id = '%s'"
                .formatted(gate, jobs.getLast()));
        statement.execute("update gate set held = held + 1 where id = '" + gate + "'");
      }
      var won = threads.submit(() -> claimAll(jobs.subList(1, 2)));
      awaitWaiter();
      connection.commit();
      assertThat(won.get()).hasSize(1);
    }
    assertThat(held(gate)).isEqualTo(2);
    jobs.forEach(id -> end(id, JobState.COMPLETED));
    assertThat(held(gate)).isZero();
  }

  /** Whoever waits behind one who is cancelled at the very moment at which he is called. */
  @Test
  void whoIsCancelledWhileASlotComesFreeMakesRoomForTheNext() throws Exception {
    var jobs = keyed(3, 1);
    claimAll(jobs);
    try (var connection = db.dataSource.getConnection();
        var threads = Executors.newSingleThreadExecutor()) {
      connection.setAutoCommit(false);
      try (var statement = connection.createStatement()) {
        statement.execute("delete from parked where job_id = '" + jobs.get(1) + "'");
      }
      var settled = threads.submit(() -> end(jobs.getFirst(), JobState.COMPLETED));
      awaitWaiter();
      connection.commit();
      assertThat(settled.get().touched())
          .containsExactly(new Touched(jobs.get(2), "default", true));
    }
  }

  @Test
  void aBatchThatEndsOneJobAndLetsAnotherTryAgainGivesBothSlotsBack() {
    var ended = keyed(2, 1);
    var other = UUID.randomUUID().toString();
    var tried = enqueue(2, job().concurrency(new ConcurrencyKey(other, 1)).build());
    claimAll(Stream.concat(ended.stream(), tried.stream()).toList());

    var settled =
        db.jobs.settle(
            worker,
            List.of(
                new Settlement(ended.getFirst(), 1, JobState.DISCARDED, true, null, null, null),
                new Settlement(
                    tried.getFirst(),
                    1,
                    JobState.RETRYABLE,
                    true,
                    Duration.ofHours(1),
                    null,
                    null)));

    assertThat(settled.standing()).containsExactlyInAnyOrder(ended.getFirst(), tried.getFirst());
    assertThat(settled.touched())
        .containsExactlyInAnyOrder(
            new Touched(ended.getLast(), "default", true),
            new Touched(tried.getLast(), "default", true));
    assertThat(held("key:acme/" + key)).isOne();
    assertThat(held("key:acme/" + other)).isOne();
  }

  /** A claim that is under way has its gate locked. */
  @Test
  void aGateThatSomebodyIsAboutToUseIsNotForgotten() throws Exception {
    var jobs = keyed(2, 1);
    claimAll(jobs.subList(0, 1));
    assertThat(db.gates.forgetIdle(1_000)).as("its slot is taken").isZero();
    end(jobs.getFirst(), JobState.COMPLETED);
    try (var connection = db.dataSource.getConnection()) {
      connection.setAutoCommit(false);
      try (var statement = connection.createStatement()) {
        statement.execute("select from gate where id = 'key:acme/" + key + "' for update");
      }
      assertThat(db.gates.forgetIdle(1_000)).isZero();
      connection.rollback();
    }
    assertThat(claimAll(jobs.subList(1, 2))).hasSize(1);
    end(jobs.getLast(), JobState.COMPLETED);
    assertThat(db.gates.forgetIdle(1_000)).isOne();
  }

  private static void awaitWaiter() {
    Awaitility.await("a statement waits for a lock").until(() -> db.lockWaiters() > 0);
  }

  private List<JobId> claimAll(List<JobId> jobs) {
    var claims = jobs.stream().map(id -> new Claim(id, db.find(id).claimNo())).toList();
    return db.jobs.claim(worker, Map.of(kind, 1), claims).stream().map(ClaimedJob::id).toList();
  }

  /** How many of a key's jobs may run is theirs to say, also after a pause. */
  @Test
  void aPauseLeavesNoRuleBehindWhereJobsSayHowManyMayRun() {
    var jobs = keyed(2, 1);
    assertThat(startable(jobs)).containsExactly(jobs.getFirst());
    db.gates.pause(GateStore.Scope.KEY, "acme/" + key, "maintenance");
    assertThat(db.gates.rules()).extracting(GateStore.Rule::name).contains("acme/" + key);
    end(jobs.getFirst(), JobState.COMPLETED);
    assertThat(startable(jobs)).isEmpty();

    db.gates.resume(GateStore.Scope.KEY, "acme/" + key);

    assertThat(db.gates.rules()).extracting(GateStore.Rule::name).doesNotContain("acme/" + key);
    assertThat(startable(jobs)).containsExactly(jobs.getLast());
    end(jobs.getLast(), JobState.COMPLETED);
    assertThat(gates()).as("the gate goes with the last").isEmpty();
  }

  private boolean claim(WorkerId me, JobId id) {
    var claim = new Claim(id, db.find(id).claimNo());
    return !db.jobs.claim(me, Map.of(kind, 1), List.of(claim)).isEmpty();
  }

  /** Starts those of them that may. */
  private List<JobId> startable(List<JobId> jobs) {
    return jobs.stream().filter(id -> claim(worker, id)).toList();
  }

  private Settled end(JobId id, JobState state) {
    return db.end(worker, id, state);
  }

  private List<JobId> keyed(int count, int limit) {
    return enqueue(count, job().concurrency(new ConcurrencyKey(key, limit)).build());
  }

  private List<JobId> plain(int count) {
    return enqueue(count, job().build());
  }

  /** By id, as they are claimed: ids of one millisecond are in any order. */
  private static List<JobId> enqueue(int count, NewJob job) {
    return IntStream.range(0, count).mapToObj(n -> db.enqueue(job)).sorted().toList();
  }

  private NewJob.Builder job() {
    return NewJob.builder("acme", new JobKind(kind), "{}");
  }

  private static boolean isDue(JobId id) {
    return db.jdbc
        .sql("select due_at <= now() from job where id = :id")
        .param("id", id.value())
        .query(Boolean.class)
        .single();
  }

  private int held(String gate) {
    return db.jdbc
        .sql("select coalesce(sum(held), 0) from gate where id = ?")
        .param(gate)
        .query(Integer.class)
        .single();
  }

  /** Those that are left once the idle ones are forgotten. */
  private List<String> gates() {
    db.gates.forgetIdle(1_000);
    return db.jdbc
        .sql("select id from gate where id like ? or id like ?")
        .params("%" + key, "%" + kind)
        .query((row, n) -> String.valueOf(row.getString("id")))
        .list();
  }
}
