package dev.offstage.worker.execute;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offstage.job.Backoff;
import dev.offstage.job.JobFailure;
import dev.offstage.job.JobId;
import dev.offstage.job.JobKind;
import dev.offstage.job.JobState;
import dev.offstage.job.Outcome;
import dev.offstage.store.ClaimedJob;
import dev.offstage.store.Settlement;
import dev.offstage.worker.handler.JobContext;
import dev.offstage.worker.handler.JobHandler;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SettlementsTests {
  private static final JobKind KIND = new JobKind("test.work");
  private static final JobFailure FAILURE = new JobFailure("test", "it failed");
  private static final Duration HANDLERS = Duration.ofSeconds(7);
  private static final Duration JOBS = Duration.ofSeconds(3);

  private final Settlements settlements =
      new Settlements(new Handlers(List.of(new Work())), new Random(1));

  private static final class Work implements JobHandler<String> {
    @Override
    public JobKind kind() {
      return KIND;
    }

    @Override
    public Backoff backoff() {
      return new Backoff.Fixed(HANDLERS, 0);
    }

    @Override
    public Outcome run(String payload, JobContext context) {
      return new Outcome.Complete(null);
    }
  }

  private static ClaimedJob job(int attempt, int interruptions, @Nullable Backoff backoff) {
    return new ClaimedJob(
        new JobId(UUID.randomUUID()),
        7,
        "acme",
        null,
        KIND,
        "{}",
        1,
        attempt,
        3,
        0,
        interruptions,
        Duration.ofMinutes(1),
        backoff,
        false,
        null);
  }

  @Test
  void aFailedAttemptWaitsAsItsHandlerSays() {
    var settlement = settlements.of(job(1, 0, null), new Outcome.Retry(FAILURE, null));
    assertThat(settlement.state()).isEqualTo(JobState.RETRYABLE);
    assertThat(settlement.dueIn()).isEqualTo(HANDLERS);
    assertThat(settlement.counted()).isTrue();
  }

  @Test
  void whatTheJobSaysOfItsBackoffWins() {
    var job = job(1, 0, new Backoff.Fixed(JOBS, 0));
    assertThat(settlements.of(job, new Outcome.Retry(FAILURE, null)).dueIn()).isEqualTo(JOBS);
  }

  @Test
  void whatTheOutcomeSaysOfItsDelayWinsOverBoth() {
    var job = job(1, 0, new Backoff.Fixed(JOBS, 0));
    assertThat(settlements.of(job, new Outcome.Retry(FAILURE, Duration.ZERO)).dueIn())
        .isEqualTo(Duration.ZERO);
  }

  @Test
  void aSnoozeIsNotCountedAndIsSpreadUpwards() {
    for (int i = 0; i < 100; i++) {
      var snoozed = settlements.of(job(1, 0, null), new Outcome.Snooze(Duration.ofSeconds(10)));
      assertThat(snoozed.counted()).isFalse();
      assertThat(snoozed.dueIn()).isBetween(Duration.ofSeconds(10), Duration.ofSeconds(11));
    }
  }

  @Test
  void theTwentiethInterruptionIsFreeAndTheNextOneCounts() {
    assertThat(interrupted(1, 19)).isEqualTo(JobState.AVAILABLE + " counted: false, null");
    assertThat(interrupted(1, 20)).startsWith(JobState.RETRYABLE + " counted: true, interrupted");
  }

  @Test
  void anInterruptionThatCountsMayBeTheLastAttempt() {
    assertThat(interrupted(3, 20)).startsWith(JobState.DISCARDED + " counted: true, interrupted");
  }

  private String interrupted(int attempt, int before) {
    Settlement settlement = settlements.of(job(attempt, before, null), new Outcome.Interrupted());
    var failure = settlement.failure();
    return "%s counted: %s, %s"
        .formatted(
            settlement.state(), settlement.counted(), failure == null ? null : failure.reason());
  }
}
