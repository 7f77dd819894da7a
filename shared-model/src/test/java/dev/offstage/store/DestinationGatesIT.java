package dev.offstage.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offstage.destination.DestinationRule;
import dev.offstage.destination.DestinationSettings;
import dev.offstage.destination.DestinationState;
import dev.offstage.destination.DestinationStore;
import dev.offstage.job.ConcurrencyKey;
import dev.offstage.job.DestinationName;
import dev.offstage.job.JobId;
import dev.offstage.job.JobState;
import dev.offstage.job.Rate;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The gates of destinations: how many may pass, and when nobody may. */
class DestinationGatesIT {
  private static final Duration TEN = Duration.ofSeconds(10);
  private static final Duration MINUTE = Duration.ofMinutes(1);

  @SuppressWarnings("NullAway.Init")
  private static TestDatabase db;

  @SuppressWarnings("NullAway.Init")
  private static DestinationStore store;

  @SuppressWarnings("NullAway.Init")
  private WorkerId worker;

  /** Of this test alone. */
  private final DestinationName name =
      DestinationName.of("host", "acme", UUID.randomUUID() + ".example.com");

  @BeforeAll
  static void migrate() {
    db = new TestDatabase();
    store = DestinationStore.over(db.db);
  }

  @BeforeEach
  void enterWorker() {
    worker = db.worker();
  }

  @Test
  void noMoreOfADestinationRunThanItsShareAndTheNextFollowsAnEnd() {
    store.set(rule(2));
    var jobs = jobs(4);

    assertThat(startable(jobs)).containsExactly(jobs.get(0), jobs.get(1));
    db.end(worker, jobs.getFirst(), JobState.COMPLETED);

    assertThat(startable(jobs)).containsExactly(jobs.get(2));
    assertThat(state().held()).isEqualTo(2);
    assertThat(state().waiting()).isOne();
  }

  @Test
  void withoutARuleItMayHaveADefaultShare() {
    assertThat(startable(jobs(22))).hasSize(DestinationSettings.DEFAULT.atOnce());
  }

  @Test
  void whileItIsShutItsJobsWaitWithoutAnAttemptAndSayWhy() {
    var jobs = jobs(3);
    var time = store.shut(name, "answered 503", TEN, MINUTE, 1);

    assertThat(startable(jobs)).isEmpty();

    assertThat(time).isBetween(Duration.ofSeconds(9), Duration.ofSeconds(11));
    var job = db.find(jobs.getFirst());
    assertThat(job.attempt()).isZero();
    assertThat(job.dueAt()).as("no dispatcher looks at it").isNull();
    assertThat(JobSearch.over(db.db).blockedBy(List.of(job)).get(job.id()))
        .satisfies(
            blocked -> {
              assertThat(Objects.requireNonNull(blocked).by()).isEqualTo("destination:" + name);
              assertThat(blocked.reason()).isEqualTo("answered 503");
              assertThat(blocked.until()).isNotNull();
            });
    assertThat(callable()).doesNotContain("destination:" + name);
  }

  @Test
  void afterThatTimeAProbePassesAndItsSuccessLetsEverybodyPass() {
    var jobs = jobs(3);
    store.shut(name, "answered 503", TEN, MINUTE, 1);
    startable(jobs);

    pass(MINUTE);

    assertThat(state().probing()).isTrue();
    assertThat(callable()).contains("destination:" + name);
    assertThat(call()).hasSize(1);
    assertThat(call()).isEmpty();
    assertThat(startable(jobs)).containsExactly(jobs.getFirst());
    assertThat(store.open(name)).hasSize(2);
    assertThat(state().isOpen()).isTrue();
    assertThat(startable(jobs)).containsExactly(jobs.get(1), jobs.get(2));
  }

  @Test
  void aProbeThatFailsShutsItForTwiceAsLongAndNeverForLongerThanTheLongest() {
    store.shut(name, "down", TEN, Duration.ofSeconds(30), 1);
    pass(MINUTE);
    var second = store.shut(name, "down", TEN, Duration.ofSeconds(30), 1);
    assertThat(second).isBetween(Duration.ofSeconds(19), Duration.ofSeconds(22));
    var again = store.shut(name, "down", TEN, Duration.ofSeconds(30), 1);
    assertThat(again).as("another worker says the same").isLessThanOrEqualTo(second);
    pass(MINUTE);
    assertThat(store.shut(name, "down", TEN, Duration.ofSeconds(30), 1))
        .isBetween(Duration.ofSeconds(29), Duration.ofSeconds(33));

    store.open(name);
    assertThat(store.shut(name, "down", TEN, Duration.ofSeconds(30), 1))
        .isBetween(Duration.ofSeconds(9), Duration.ofSeconds(11));
  }

  @Test
  void aProbeWhoseWorkerDiesIsFollowedByAnother() {
    var dying = db.worker(Duration.ofMillis(1));
    var jobs = jobs(2);
    store.shut(name, "down", TEN, MINUTE, 1);
    startable(jobs);
    pass(MINUTE);
    call();
    assertThat(db.start(dying, jobs.getFirst())).isTrue();
    assertThat(call()).isEmpty();

    db.workers.buryLapsed();
    db.rescue.fromEndedWorkers();

    assertThat(startable(jobs)).hasSize(1);
  }

  @Test
  void aRestEndsByItselfForEverybody() {
    var jobs = jobs(3);
    store.rest(name, "its quota is spent", TEN);
    assertThat(startable(jobs)).isEmpty();
    assertThat(state().shut()).isTrue();

    pass(MINUTE);

    assertThat(call()).hasSize(3);
    assertThat(startable(jobs)).hasSize(3);
    assertThat(state().isOpen()).isTrue();
  }

  @Test
  void aRestDoesNotOpenWhatFails() {
    store.shut(name, "down", TEN, MINUTE, 1);
    store.rest(name, "its quota is spent", Duration.ofMillis(1));
    assertThat(state().reason()).isEqualTo("down");
    assertThat(state().shutFor()).isGreaterThan(Duration.ofSeconds(5));
  }

  @Test
  void whatWasCalledBeforeItWasShutWaitsAgain() {
    store.set(rule(1));
    var jobs = jobs(2);
    startable(jobs);
    db.end(worker, jobs.getFirst(), JobState.COMPLETED); // calls the second, which has its slot

    store.shut(name, "down", TEN, MINUTE, 1);

    assertThat(startable(jobs)).isEmpty();
    assertThat(state().held()).isZero();
  }

  @Test
  void aJobThatWaitsHoldsNoSlotOfAKey() {
    store.shut(name, "down", TEN, MINUTE, 1);
    var key = new ConcurrencyKey(UUID.randomUUID().toString(), 1);
    var blocked = db.enqueue(db.newJob().destination(name).concurrency(key).build());
    var free = db.enqueue(db.newJob().concurrency(key).build());

    assertThat(startable(List.of(blocked))).isEmpty();
    assertThat(startable(List.of(free))).hasSize(1);
  }

  @Test
  void anOperatorHoldsADestinationAndLetsItGo() {
    var jobs = jobs(2);
    store.pause(name, "they asked us to");
    assertThat(startable(jobs)).isEmpty();
    assertThat(state().paused()).isTrue();
    store.open(name);
    assertThat(startable(jobs)).as("a success of what still ran opens nothing").isEmpty();

    assertThat(store.resume(name)).hasSize(2);
    assertThat(startable(jobs)).hasSize(2);
  }

  @Test
  void moreAtOnceLetsThoseWhoWaitStart() {
    store.set(rule(1));
    var jobs = jobs(3);
    startable(jobs);

    assertThat(store.set(rule(3))).hasSize(2);

    assertThat(startable(jobs)).hasSize(2);
  }

  @Test
  void theMostExactRuleSaysInSqlAsInJava() {
    var host = name.text().substring(name.text().indexOf('/') + 1);
    store.configure(
        List.of(
            limited("host:*", 7), limited("host:*/" + host, 8), limited("host:acme/" + host, 9)));
    assertAtOnce(9);
    store.configure(List.of(limited("host:*", 7), limited("host:*/" + host, 8)));
    assertAtOnce(8);
    store.set(limited("host:*/" + host, 4));
    assertAtOnce(4);
    store.unset("host:*/" + host);
    store.configure(List.of(limited("host:*", 7), limited("host:acme/100%_", 3)));
    assertAtOnce(7);
    store.configure(List.of());
    assertAtOnce(DestinationSettings.DEFAULT.atOnce());
  }

  private void assertAtOnce(int expected) {
    assertThat(
            db.jdbc
                .sql("select destination_at_once(?)")
                .param(name.text())
                .query(Integer.class)
                .single())
        .isEqualTo(expected);
    assertThat(DestinationSettings.of(name, store.rules()).atOnce()).isEqualTo(expected);
  }

  @Test
  void aRuleComesBackAsItWasSet() {
    var rule =
        new DestinationRule(
            name.text(), 3, TEN, new Rate(600_000, MINUTE), 40, 30, 10, TEN, MINUTE, 2);
    store.set(rule);
    assertThat(store.rules()).contains(rule);
    assertThat(DestinationSettings.of(name, store.rules()))
        .isEqualTo(
            new DestinationSettings(3, TEN, new Rate(600_000, MINUTE), 40, 30, 10, TEN, MINUTE, 2));
  }

  @Test
  void aJobIsGivenItsDestinationOnceAndThenWaitsThere() {
    var job = db.job();
    store.label(job, name);
    store.label(job, DestinationName.of("host", "acme", "elsewhere.example.com"));
    store.shut(name, "down", TEN, MINUTE, 1);

    assertThat(startable(List.of(job))).isEmpty();
    assertThat(state().waiting()).isOne();
  }

  @Test
  void aGateGoesWithItsLastJobUnlessItWasShutAndThatAfterADay() {
    var jobs = jobs(1);
    startable(jobs);
    assertThat(db.gates.forgetIdle(1_000)).isZero();
    db.end(worker, jobs.getFirst(), JobState.COMPLETED);
    assertThat(db.gates.forgetIdle(1_000)).isOne();
    assertThat(store.find(name)).isEmpty();

    store.shut(name, "down", TEN, MINUTE, 1);
    pass(Duration.ofHours(23));
    assertThat(db.gates.forgetIdle(1_000)).isZero();
    pass(Duration.ofHours(2));
    assertThat(db.gates.forgetIdle(1_000)).isOne();
    assertThat(store.find(name)).isEmpty();
  }

  // Time goes by ----------------------------------------------------------------------------------

  private void pass(Duration time) {
    db.jdbc
        .sql("update gate set shut_until = shut_until - ? * interval '1 ms' where id = ?")
        .params(time.toMillis(), "destination:" + name)
        .update();
  }

  private List<String> callable() {
    return ParkingStore.over(db.db).callable().stream().map(ParkingStore.Callable::gate).toList();
  }

  private List<Touched> call() {
    return ParkingStore.over(db.db).call("destination:" + name);
  }

  private DestinationState state() {
    return store.find(name).orElseThrow();
  }

  private DestinationRule rule(int atOnce) {
    return limited(name.text(), atOnce);
  }

  private static DestinationRule limited(String pattern, @Nullable Integer atOnce) {
    return new DestinationRule(pattern, atOnce, null, null, null, null, null, null, null, null);
  }

  private List<JobId> jobs(int count) {
    return IntStream.range(0, count)
        .mapToObj(n -> db.enqueue(db.newJob().destination(name).build()))
        .toList();
  }

  /** Starts those of them that may. */
  private List<JobId> startable(List<JobId> jobs) {
    return jobs.stream().filter(id -> db.start(worker, id)).toList();
  }
}
