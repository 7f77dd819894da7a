package dev.offstage.retry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offstage.job.Backoff;
import dev.offstage.job.JobFailure;
import dev.offstage.job.Outcome;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RetryPolicyTests {
  private static final JobFailure FAILURE = new JobFailure("test", "it failed");

  private final RetryPolicy policy = new RetryPolicy(new Backoff.Fixed(Duration.ofSeconds(9), 0));

  @Test
  void anAttemptThatIsNotTheLastWaitsAsTheBackoffSays() {
    assertThat(policy.decide(new Outcome.Retry(FAILURE, null), 2, 3, new Random(1)))
        .isEqualTo(new RetryPolicy.Decision.TryAgain(Duration.ofSeconds(9)));
  }

  @Test
  void theLastAttemptGivesUp() {
    assertThat(policy.decide(new Outcome.Retry(FAILURE, null), 3, 3, new Random(1)))
        .isEqualTo(new RetryPolicy.Decision.GiveUp(FAILURE));
  }

  @Test
  void aHandlersOwnDelayWins() {
    assertThat(policy.decide(new Outcome.Retry(FAILURE, Duration.ofMinutes(7)), 1, 3, new Random()))
        .isEqualTo(new RetryPolicy.Decision.TryAgain(Duration.ofMinutes(7)));
  }
}
