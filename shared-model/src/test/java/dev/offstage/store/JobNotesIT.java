package dev.offstage.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offstage.job.JobId;
import dev.offstage.job.JobState;
import dev.offstage.store.JobNotes.Lines;
import dev.offstage.store.JobNotes.LogLine;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class JobNotesIT {
  @SuppressWarnings("NullAway.Init")
  private static TestDatabase db;

  private final JobNotes notes = JobNotes.over(db.db);
  private final WorkerId worker = db.worker();

  @BeforeAll
  static void prepare() {
    db = new TestDatabase();
  }

  private JobId claimed() {
    var id = db.job();
    assertThat(db.claim(worker, id, 0)).hasSize(1);
    return id;
  }

  @Test
  void aStepIsKeptOnceAndReadByTheNextClaim() {
    var id = claimed();
    assertThat(notes.step(worker, id, 1, "first", "{\"a\":1}")).isTrue();
    assertThat(notes.step(worker, id, 1, "second", null)).isTrue();
    assertThat(notes.step(worker, id, 1, "first", "{\"a\":2}")).as("sent again").isTrue();
    assertThat(notes.steps(id))
        .extracting(step -> step.name() + " " + step.result())
        .containsExactly("first {\"a\": 1}", "second null");
  }

  @Test
  void aStepOfAnAttemptThatLostItsClaimIsNotKept() {
    var id = claimed();
    assertThat(notes.step(db.worker(), id, 1, "other-worker", "1")).isFalse();
    assertThat(notes.step(worker, id, 0, "earlier-claim", "1")).isFalse();
    handBack(id);
    assertThat(notes.step(worker, id, 1, "after-its-end", "1")).isFalse();
    assertThat(db.claim(worker, id, 1)).hasSize(1);
    assertThat(notes.step(worker, id, 1, "claimed-again-by-the-same", "1")).isFalse();
    assertThat(notes.steps(id)).isEmpty();
  }

  @Test
  void linesOfManyJobsGoTogetherEachIfItsClaimStands() {
    var mine = claimed();
    var lost = claimed();
    handBack(lost);
    notes.log(
        List.of(
            new Lines(worker, mine, 1, 1, List.of("one", "two")),
            new Lines(worker, lost, 1, 1, List.of("too late")),
            new Lines(worker, mine, 1, 3, List.of("three"))));
    notes.log(List.of(new Lines(worker, mine, 1, 1, List.of("one, again"))));
    assertThat(notes.log(lost, 0, 0, 10)).isEmpty();
    assertThat(notes.log(mine, 0, 0, 10))
        .extracting(LogLine::line)
        .containsExactly("one", "two", "three");
    assertThat(notes.log(mine, 1, 2, 10)).extracting(LogLine::lineNo).containsExactly(3);
    assertThat(notes.log(mine, 0, 0, 2)).extracting(LogLine::lineNo).containsExactly(1, 2);
  }

  @Test
  void aTicketIsAStrayWhereItsJobIsLeftToOthers() {
    var strays = Strays.over(db.db);
    var other = Map.of("test.other", 1);
    var open = db.job();
    var taken = claimed();
    var moved = claimed();
    handBack(moved);
    var parked = db.job();
    db.jdbc.sql("update job set due_at = 'infinity' where id = ?").param(parked.value()).update();
    var expired = db.job();
    db.jdbc.sql("update job set expires_at = now() where id = ?").param(expired.value()).update();
    var claims =
        List.of(open, taken, moved, parked, expired).stream().map(id -> new Claim(id, 0)).toList();
    assertThat(strays.among(other, claims)).containsExactly(open);
    assertThat(strays.among(Map.of(TestDatabase.KIND, 1), claims)).as("our own").isEmpty();
    db.jdbc.sql("update job set payload_version = 2 where id = ?").param(open.value()).update();
    assertThat(strays.among(Map.of(TestDatabase.KIND, 1), claims)).containsExactly(open);
    assertThat(strays.among(Map.of(TestDatabase.KIND, 2), claims)).isEmpty();
  }

  private void handBack(JobId id) {
    var back = new Settlement(id, 1, JobState.AVAILABLE, false, Duration.ZERO, null, null);
    assertThat(db.jobs.settle(worker, List.of(back)).standing()).containsExactly(id);
  }
}
