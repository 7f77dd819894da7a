package dev.offstage.retry;

import dev.offstage.job.Backoff;
import dev.offstage.job.JobFailure;
import dev.offstage.job.Outcome;
import java.time.Duration;
import java.util.random.RandomGenerator;

/** Decides what becomes of a failed attempt. */
public record RetryPolicy(Backoff backoff) {

  /** What a {@link Outcome.Retry} comes to: another try after a delay, or the dead letter. */
  public sealed interface Decision {
    record TryAgain(Duration delay) implements Decision {}

    record GiveUp(JobFailure failure) implements Decision {}
  }

  /**
   * @param attempt the one that failed, from 1
   */
  public Decision decide(
      Outcome.Retry retry, int attempt, int maxAttempts, RandomGenerator random) {
    if (attempt >= maxAttempts) {
      return new Decision.GiveUp(retry.failure());
    }
    var delay = retry.delay();
    return new Decision.TryAgain(delay == null ? backoff.delayAfter(attempt, random) : delay);
  }
}
