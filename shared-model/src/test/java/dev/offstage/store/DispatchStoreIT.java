package dev.offstage.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offstage.job.JobId;
import dev.offstage.job.JobKind;
import dev.offstage.job.JobState;
import dev.offstage.job.NewJob;
import dev.offstage.job.Priority;
import dev.offstage.store.DispatchStore.Line;
import dev.offstage.store.DispatchStore.Occasion;
import dev.offstage.store.DispatchStore.Take;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class DispatchStoreIT {
  private static final Duration GRACE = Duration.ofSeconds(30);

  @SuppressWarnings("NullAway.Init")
  private static TestDatabase db;

  @BeforeAll
  static void migrate() {
    db = new TestDatabase();
    db.worker();
  }

  @Test
  void aDelayedJobIsScheduledAndNotDueYet() {
    var job =
        NewJob.builder("acme", new JobKind(TestDatabase.KIND), "{}")
            .delay(Duration.ofMinutes(5))
            .build();
    var id = enqueue(job, "later");

    assertThat(db.find(id).state()).isEqualTo(JobState.SCHEDULED);
    var sight = look("later");
    assertThat(sight.due()).isEmpty();
    assertThat(sight.next().orElseThrow()).isBetween(Duration.ofMinutes(4), Duration.ofMinutes(5));
  }

  @Test
  void anIdlePoolIsNotPausedAndHasNothingAhead() {
    var sight = look("idle");
    assertThat(sight.paused()).isFalse();
    assertThat(sight.due()).isEmpty();
    assertThat(sight.next()).isEmpty();
  }

  @Test
  void whatHasATicketIsLeftOutOfItsLineUntilItsRowChanges() {
    var id = enqueue(job("acme", Priority.NORMAL), "ticketed");
    var due = look("ticketed").due().getFirst();
    var line = List.of(new Take(new Line(Priority.NORMAL, "acme", true), 10, null));

    var except = List.of(new Occasion(id, due.version()));
    assertThat(db.dispatch.heads("ticketed", line, except, GRACE)).isEmpty();
    var stale = List.of(new Occasion(id, due.version() - 1));
    assertThat(db.dispatch.heads("ticketed", line, stale, GRACE)).hasSize(1);
  }

  @Test
  void aPausedPoolShowsNothing() {
    enqueue(job("acme", Priority.NORMAL), "paused");
    db.jdbc
        .sql(
            "insert into gate (id, scope, name, rule, paused) values (?, 'pool', 'paused', true,"
                + " true)")
        .param("pool:paused")
        .update();

    assertThat(look("paused").paused()).isTrue();
    assertThat(look("paused").due()).isEmpty();
    assertThat(db.dispatch.lines("paused", Map.of(Priority.NORMAL, ""), 10)).isEmpty();
  }

  @Test
  void linesAreWalkedRoundFromBehindTheCursor() {
    for (var tenant : List.of("a", "b", "c", "d")) {
      enqueue(job(tenant, Priority.NORMAL), "lines");
      enqueue(job(tenant, Priority.NORMAL), "lines");
    }
    enqueue(
        NewJob.builder("e", new JobKind(TestDatabase.KIND), "{}")
            .delay(Duration.ofMinutes(5))
            .build(),
        "lines");
    enqueue(job("b", Priority.BULK), "lines");

    var lines = db.dispatch.lines("lines", Map.of(Priority.NORMAL, "b", Priority.BULK, ""), 10);

    assertThat(lines)
        .containsExactly(
            new Line(Priority.NORMAL, "c", true),
            new Line(Priority.NORMAL, "d", true),
            new Line(Priority.NORMAL, "e", false),
            new Line(Priority.NORMAL, "a", true),
            new Line(Priority.NORMAL, "b", true),
            new Line(Priority.BULK, "b", true));
  }

  @Test
  void headsAreTakenFromEachLineAsFarAsAskedFor() {
    for (int n = 0; n < 5; n++) {
      enqueue(job("a", Priority.LOW), "heads");
    }
    var single = enqueue(job("b", Priority.LOW), "heads");
    enqueue(job("c", Priority.HIGH), "heads");
    var a = new Line(Priority.LOW, "a", true);
    var b = new Line(Priority.LOW, "b", true);

    var heads =
        db.dispatch.heads(
            "heads", List.of(new Take(b, 3, null), new Take(a, 2, null)), List.of(), GRACE);

    assertThat(heads).extracting(DueJob::tenant).containsExactly("b", "a", "a");
    assertThat(heads.getFirst().id()).isEqualTo(single);
    assertThat(heads).allMatch(DueJob::runnable);
  }

  @Test
  void aKindOrVersionThatNobodyRunsIsNotRunnable() {
    enqueue(NewJob.of("acme", null, new JobKind("test.exotic"), "{}"), "exotic");
    enqueue(
        NewJob.builder("acme", new JobKind(TestDatabase.KIND), "{}").payloadVersion(2).build(),
        "exotic");

    assertThat(look("exotic").due()).hasSize(2).noneMatch(DueJob::runnable);
  }

  private static DispatchStore.Sight look(String pool) {
    return db.dispatch.look(pool, 10, GRACE);
  }

  private static NewJob job(String tenant, Priority priority) {
    return NewJob.builder(tenant, new JobKind(TestDatabase.KIND), "{}").priority(priority).build();
  }

  private static JobId enqueue(NewJob job, String pool) {
    var id = db.ids.next();
    db.enqueues.insert(List.of(JobRow.of(id, job, pool, null)));
    return id;
  }
}
