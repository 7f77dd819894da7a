package dev.offstage.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.offstage.job.Condition;
import dev.offstage.job.JobId;
import dev.offstage.job.JobState;
import dev.offstage.job.OnDiscard;
import dev.offstage.job.Parent;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every verb on a job in every state: it moves where the state machine says, or not at all. */
class TransitionsIT {
  @SuppressWarnings("NullAway.Init")
  private static TestDatabase db;

  @SuppressWarnings("NullAway.Init")
  private WorkerId worker;

  /** A verb, and where it takes a job from which states. */
  private enum Verb {
    CLAIM(JobState.RUNNING, EnumSet.of(JobState.SCHEDULED, JobState.AVAILABLE, JobState.RETRYABLE)),
    COMPLETE(JobState.COMPLETED, EnumSet.of(JobState.RUNNING)),
    RETRY(JobState.RETRYABLE, EnumSet.of(JobState.RUNNING)),
    SNOOZE(JobState.SCHEDULED, EnumSet.of(JobState.RUNNING)),
    HAND_BACK(JobState.AVAILABLE, EnumSet.of(JobState.RUNNING)),
    DISCARD(JobState.DISCARDED, EnumSet.of(JobState.RUNNING)),
    CANCEL(
        JobState.CANCELLED,
        EnumSet.of(JobState.SCHEDULED, JobState.AVAILABLE, JobState.RETRYABLE, JobState.WAITING)),
    EXPIRE(
        JobState.DISCARDED,
        EnumSet.of(JobState.SCHEDULED, JobState.AVAILABLE, JobState.RETRYABLE, JobState.WAITING)),
    REDRIVE(JobState.AVAILABLE, EnumSet.of(JobState.DISCARDED, JobState.CANCELLED)),
    RESCUE(JobState.AVAILABLE, EnumSet.of(JobState.RUNNING));

    private final JobState to;
    private final Set<JobState> from;

    Verb(JobState to, Set<JobState> from) {
      this.to = to;
      this.from = from;
    }
  }

  @BeforeAll
  static void migrate() {
    db = new TestDatabase();
  }

  @BeforeEach
  void enterWorker() {
    worker = db.worker();
  }

  static Stream<Arguments> everyVerbInEveryState() {
    return Arrays.stream(Verb.values())
        .flatMap(verb -> Arrays.stream(JobState.values()).map(state -> arguments(verb, state)));
  }

  @ParameterizedTest
  @MethodSource("everyVerbInEveryState")
  void aVerbMovesAJobWhereItMayOrNotAtAll(Verb verb, JobState state) {
    var id = jobIn(state);
    int version = db.find(id).version();

    apply(verb, id);

    var after = db.find(id);
    if (verb.from.contains(state)) {
      assertThat(after.state()).isEqualTo(verb.to);
      assertThat(state.canBecome(verb.to)).as("the table knows it").isTrue();
    } else {
      assertThat(after.state()).isEqualTo(state);
      if (verb != Verb.CANCEL) { // a cancel of a running job is written down on it
        assertThat(after.version()).as("nothing was written").isEqualTo(version);
      }
    }
  }

  @Test
  void everyMoveOfTheTableIsSomeVerbs() {
    for (var from : JobState.values()) {
      for (var to : JobState.values()) {
        boolean made =
            Arrays.stream(Verb.values())
                .anyMatch(verb -> verb.to == to && verb.from.contains(from));
        // A running job is cancelled by its own outcome, a waiting one freed by its parents' end.
        made |= from == JobState.RUNNING && to == JobState.CANCELLED;
        made |= from == JobState.WAITING && (to == JobState.AVAILABLE || to == JobState.SCHEDULED);
        assertThat(from.canBecome(to)).as(from + " to " + to).isEqualTo(made);
      }
    }
  }

  private void apply(Verb verb, JobId id) {
    switch (verb) {
      case CLAIM -> db.start(worker, id);
      case COMPLETE, RETRY, SNOOZE, HAND_BACK, DISCARD -> settle(id, verb.to);
      case CANCEL -> db.verbs.cancel(List.of(id), "acme", null, "a whim");
      case REDRIVE -> db.verbs.redrive(List.of(id), "acme", Duration.ZERO);
      case EXPIRE -> {
        db.jdbc
            .sql("update job set expires_at = now() - interval '1 s' where id = ?")
            .param(id.value())
            .update();
        db.jdbc.sql("select * from expire(array[?])").param(id.value()).query(Touched::of).list();
      }
      case RESCUE -> {
        db.workers.stop(worker);
        db.rescue.fromEndedWorkers();
      }
    }
  }

  private void settle(JobId id, JobState state) {
    var due = state.isTerminal() ? null : Duration.ofHours(1);
    db.jobs.settle(
        worker, List.of(new Settlement(id, db.find(id).claimNo(), state, true, due, null, null)));
  }

  private JobId jobIn(JobState state) {
    var id =
        switch (state) {
          case SCHEDULED -> db.enqueue(db.newJob().delay(Duration.ofHours(1)).build());
          case WAITING -> {
            var parent = db.enqueue(db.newJob().build());
            yield db.enqueue(
                db.newJob()
                    .after(List.of(new Parent(parent, Condition.ENDED, OnDiscard.CANCEL)))
                    .build());
          }
          default -> db.enqueue(db.newJob().build());
        };
    if (state == JobState.RUNNING
        || state == JobState.RETRYABLE
        || state == JobState.COMPLETED
        || state == JobState.DISCARDED) {
      db.start(worker, id);
    }
    if (state == JobState.CANCELLED) {
      db.verbs.cancel(List.of(id), "acme", null, "a whim");
    } else if (db.find(id).state() == JobState.RUNNING && state != JobState.RUNNING) {
      settle(id, state);
    }
    assertThat(db.find(id).state()).isEqualTo(state);
    return id;
  }
}
