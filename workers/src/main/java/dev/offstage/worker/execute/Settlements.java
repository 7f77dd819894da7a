package dev.offstage.worker.execute;

import dev.offstage.job.JobFailure;
import dev.offstage.job.JobState;
import dev.offstage.job.Outcome;
import dev.offstage.retry.RetryPolicy;
import dev.offstage.store.ClaimedJob;
import dev.offstage.store.Settlement;
import java.time.Duration;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Says what an attempt's outcome comes to for its job: the one place where that is decided. */
final class Settlements {
  /**
   * A shutdown is not the job's fault, but one that never ends within a worker's life shall not
   * come back for ever: after so many, each further one counts as a failed attempt.
   */
  static final int MAX_INTERRUPTIONS = 20;

  private static final JobFailure TOO_OFTEN =
      new JobFailure(
          "interrupted",
          "shutdowns of workers have interrupted it more than " + MAX_INTERRUPTIONS + " times");

  private static final double SNOOZE_JITTER = 0.1;

  private final Handlers handlers;
  private final RandomGenerator random;

  Settlements(Handlers handlers, RandomGenerator random) {
    this.handlers = handlers;
    this.random = random;
  }

  /** What an outcome comes to for this attempt. */
  Settlement of(ClaimedJob job, Outcome outcome) {
    return switch (outcome) {
      case Outcome.Complete complete -> ended(job, JobState.COMPLETED, complete.result(), null);
      case Outcome.Retry retry -> failed(job, retry);
      case Outcome.Snooze snooze -> later(job, JobState.SCHEDULED, spread(snooze.delay()));
      case Outcome.Cancel cancel ->
          ended(job, JobState.CANCELLED, null, new JobFailure("cancelled", cancel.why()));
      case Outcome.Discard discard -> ended(job, JobState.DISCARDED, null, discard.failure());
      case Outcome.Interrupted interrupted ->
          job.interruptions() < MAX_INTERRUPTIONS
              ? later(job, JobState.AVAILABLE, Duration.ZERO)
              : failed(job, new Outcome.Retry(TOO_OFTEN, null));
    };
  }

  private Settlement failed(ClaimedJob job, Outcome.Retry retry) {
    var policy = new RetryPolicy(handlers.backoff(job));
    return switch (policy.decide(retry, job.attempt(), job.maxAttempts(), random)) {
      case RetryPolicy.Decision.TryAgain(var delay) ->
          new Settlement(
              job.id(), job.claimNo(), JobState.RETRYABLE, true, delay, null, retry.failure());
      case RetryPolicy.Decision.GiveUp(var failure) ->
          ended(job, JobState.DISCARDED, null, failure);
    };
  }

  private static Settlement later(ClaimedJob job, JobState state, Duration delay) {
    return new Settlement(job.id(), job.claimNo(), state, false, delay, null, null);
  }

  private static Settlement ended(
      ClaimedJob job, JobState state, @Nullable String result, @Nullable JobFailure failure) {
    return new Settlement(job.id(), job.claimNo(), state, true, null, result, failure);
  }

  /** What was put off together does not come back together: up to a tenth is added. */
  private Duration spread(Duration delay) {
    return delay.plusMillis(Math.round(delay.toMillis() * SNOOZE_JITTER * random.nextDouble()));
  }
}
