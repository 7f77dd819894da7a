package dev.offstage.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offstage.job.Condition;
import dev.offstage.job.Enqueued;
import dev.offstage.job.JobId;
import dev.offstage.job.JobState;
import dev.offstage.job.Membership;
import dev.offstage.job.NewJob;
import dev.offstage.job.OnDiscard;
import dev.offstage.job.Parent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Jobs that wait for others. */
class WorkflowsIT {
  @SuppressWarnings("NullAway.Init")
  private static TestDatabase db;

  @SuppressWarnings("NullAway.Init")
  private WorkerId worker;

  @BeforeAll
  static void migrate() {
    db = new TestDatabase();
  }

  @BeforeEach
  void enterWorker() {
    worker = db.worker();
  }

  @Test
  void aChildWaitsForItsParentAndThenRuns() {
    var parent = db.enqueue(db.newJob().build());
    var child = child(OnDiscard.CANCEL, parent);
    assertThat(db.find(child).state()).isEqualTo(JobState.WAITING);
    assertThat(db.start(worker, child)).isFalse();

    var settled = db.run(worker, parent);

    assertThat(settled.touched()).containsExactly(new Touched(child, "default", true));
    db.run(worker, child);
  }

  @Test
  void aChildMayBeEnqueuedWhileItsParentRunsOrHasEnded() {
    var parent = db.enqueue(db.newJob().build());
    db.start(worker, parent);
    var late = child(OnDiscard.CANCEL, parent);
    db.end(worker, parent, JobState.COMPLETED);
    var later = child(OnDiscard.CANCEL, parent);

    db.run(worker, late);
    assertThat(db.find(later).state()).isEqualTo(JobState.AVAILABLE);
    db.run(worker, later);
  }

  @Test
  void aFanInWaitsForAllOfMany() {
    var parents = new ArrayList<JobId>();
    for (int i = 0; i < 5; i++) {
      parents.add(db.enqueue(db.newJob().build()));
    }
    var child = child(OnDiscard.CANCEL, parents.toArray(JobId[]::new));

    for (var parent : parents) {
      assertThat(db.find(child).state()).isEqualTo(JobState.WAITING);
      db.run(worker, parent);
    }
    assertThat(db.find(child).state()).isEqualTo(JobState.AVAILABLE);
  }

  @Test
  void parentsThatSettleAtOnceCannotBothMissTheirChild() throws Exception {
    for (int round = 0; round < 20; round++) {
      var parents = db.jobs(8);
      var child = child(OnDiscard.CANCEL, parents.toArray(JobId[]::new));
      var calls = new ArrayList<Callable<Settled>>();
      for (var parent : parents) {
        db.start(worker, parent);
        calls.add(() -> db.end(worker, parent, JobState.COMPLETED));
      }
      try (var threads = Executors.newFixedThreadPool(8)) {
        for (var answer : threads.invokeAll(calls)) {
          answer.get();
        }
      }
      assertThat(db.find(child).state()).isEqualTo(JobState.AVAILABLE);
    }
  }

  @Test
  void aDiscardedParentCancelsWhatWaitsForItAndWhatWaitsForThat() {
    var parent = db.enqueue(db.newJob().build());
    var child = child(OnDiscard.CANCEL, parent);
    var grandchild = child(OnDiscard.CANCEL, child);
    discard(parent);

    assertThat(List.of(db.find(child).state(), db.find(grandchild).state()))
        .containsOnly(JobState.CANCELLED);
  }

  @Test
  void aLongChainIsCancelledToItsEnd() {
    var head = db.enqueue(db.newJob().build());
    var last = head;
    for (int i = 0; i < 200; i++) {
      last = child(OnDiscard.CANCEL, last);
    }
    db.verbs.cancel(List.of(head), "acme", null, "all of it");

    assertThat(db.find(last).state()).isEqualTo(JobState.CANCELLED);
  }

  @Test
  void continueRunsTheChildOfADiscardedParent() {
    var parent = db.enqueue(db.newJob().build());
    var child = child(OnDiscard.CONTINUE, parent);
    discard(parent);

    db.run(worker, child);
  }

  @Test
  void holdWaitsUntilTheParentIsRedrivenAndCompletes() {
    var parent = db.enqueue(db.newJob().build());
    var child = child(OnDiscard.HOLD, parent);
    discard(parent);
    assertThat(db.find(child).state()).isEqualTo(JobState.WAITING);

    db.verbs.redrive(List.of(parent), "acme", Duration.ZERO);
    db.run(worker, parent);

    db.run(worker, child);
  }

  @ParameterizedTest
  @EnumSource(Condition.class)
  void aConditionSaysAfterWhichEndAChildRuns(Condition condition) {
    var good = db.enqueue(db.newJob().build());
    var bad = db.enqueue(db.newJob().build());
    var afterGood = child(new Parent(good, condition, OnDiscard.CANCEL));
    var afterBad = child(new Parent(bad, condition, OnDiscard.CANCEL));
    db.run(worker, good);
    discard(bad);

    assertThat(db.find(afterGood).state())
        .isEqualTo(condition == Condition.FAILED ? JobState.CANCELLED : JobState.AVAILABLE);
    assertThat(db.find(afterBad).state())
        .isEqualTo(condition == Condition.COMPLETED ? JobState.CANCELLED : JobState.AVAILABLE);
  }

  @Test
  void aParentThatTheTenantDoesNotHaveIsRefused() {
    var job =
        NewJob.builder("other", new dev.offstage.job.JobKind(TestDatabase.KIND), "{}")
            .after(
                List.of(
                    new Parent(db.enqueue(db.newJob().build()), Condition.ENDED, OnDiscard.CANCEL)))
            .build();

    assertThat(db.offer(job))
        .isInstanceOfSatisfying(
            Enqueued.Refused.class,
            refused -> assertThat(refused.reason()).isEqualTo(Enqueued.Reason.UNKNOWN_PARENT));
  }

  @Test
  void aWorkflowEndsWithItsLastMemberAndTellsHow() {
    var workflow = workflow();
    var first = member(workflow, "first");
    var second = member(workflow, "second");
    var completed = whole(workflow, Condition.COMPLETED);
    var failed = whole(workflow, Condition.FAILED);

    db.run(worker, first);
    assertThat(db.find(completed).state()).isEqualTo(JobState.WAITING);
    db.run(worker, second);

    assertThat(db.find(completed).state()).isEqualTo(JobState.AVAILABLE);
    assertThat(db.find(failed).state()).isEqualTo(JobState.CANCELLED);
    assertThat(db.offer(memberOf(workflow, "late")))
        .isInstanceOfSatisfying(
            Enqueued.Refused.class,
            refused -> assertThat(refused.reason()).isEqualTo(Enqueued.Reason.WORKFLOW_CLOSED));
  }

  @Test
  void aWorkflowWithADiscardedMemberHasFailed() {
    var workflow = workflow();
    var good = member(workflow, "good");
    var bad = member(workflow, "bad");
    var completed = whole(workflow, Condition.COMPLETED);
    var failed = whole(workflow, Condition.FAILED);
    discard(bad);
    assertThat(db.find(failed).state()).isEqualTo(JobState.WAITING);
    db.run(worker, good);

    assertThat(db.find(failed).state()).isEqualTo(JobState.AVAILABLE);
    assertThat(db.find(completed).state()).isEqualTo(JobState.CANCELLED);
    var ended = WorkflowStore.over(db.db).find(workflow, "acme", null).orElseThrow();
    assertThat(List.of(ended.live(), ended.completed(), ended.discarded()))
        .containsExactly(0, 1, 1);
    assertThat(ended.endedAt()).isNotNull();
  }

  private UUID workflow() {
    var id = db.ids.next().value();
    WorkflowStore.over(db.db).insert(id, "acme", null, "test", OnDiscard.CANCEL);
    return id;
  }

  private static NewJob memberOf(UUID workflow, String ref) {
    return db.newJob().workflow(new Membership(workflow, ref)).build();
  }

  private static JobId member(UUID workflow, String ref) {
    return db.enqueue(memberOf(workflow, ref));
  }

  private static JobId whole(UUID workflow, Condition condition) {
    return child(new Parent(new JobId(workflow), condition, OnDiscard.CANCEL));
  }

  private void discard(JobId id) {
    db.start(worker, id);
    db.end(worker, id, JobState.DISCARDED);
  }

  private static JobId child(OnDiscard onDiscard, JobId... parents) {
    return child(
        List.of(parents).stream()
            .map(parent -> new Parent(parent, Condition.COMPLETED, onDiscard))
            .toArray(Parent[]::new));
  }

  private static JobId child(Parent... parents) {
    return db.enqueue(db.newJob().after(List.of(parents)).build());
  }
}
