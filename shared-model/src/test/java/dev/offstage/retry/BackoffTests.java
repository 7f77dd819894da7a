package dev.offstage.retry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.offstage.job.Backoff;
import dev.offstage.job.JobFailure;
import dev.offstage.job.Outcome;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BackoffTests {
  private static final JobFailure FAILURE = new JobFailure("exception", "no");

  @ParameterizedTest
  @CsvSource({"1, 2", "2, 4", "3, 8", "6, 64", "11, 2048", "12, 3600", "1000, 3600"})
  void doublesUpToItsMost(int attempt, long seconds) {
    var backoff = new Backoff.Exponential(Duration.ofSeconds(2), Duration.ofHours(1), 0);
    assertThat(backoff.delayAfter(attempt, new Random(1))).isEqualTo(Duration.ofSeconds(seconds));
  }

  @Test
  void jitterTakesAwayUpToItsShare() {
    var random = new Random(1);
    for (int i = 0; i < 1_000; i++) {
      assertThat(Backoff.DEFAULT.delayAfter(3, random))
          .isBetween(Duration.ofSeconds(6), Duration.ofSeconds(8));
    }
  }

  @Test
  void refusesWhatMakesNoSense() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Backoff.Exponential(Duration.ZERO, Duration.ofHours(1), 0))
        .withMessageContaining("expected: 0 < first <= max");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Backoff.Exponential(Duration.ofSeconds(1), Duration.ofHours(1), 1.5))
        .withMessage("jitter: 1.5 (expected: 0 to 1)");
  }

  @Test
  void theLastAttemptGivesUp() {
    var policy = new RetryPolicy(Backoff.DEFAULT);
    var retry = new Outcome.Retry(FAILURE, null);
    assertThat(policy.decide(retry, 3, 3, new Random(1)))
        .isEqualTo(new RetryPolicy.Decision.GiveUp(FAILURE));
    assertThat(policy.decide(retry, 2, 3, new Random(1)))
        .isInstanceOf(RetryPolicy.Decision.TryAgain.class);
  }

  @Test
  void aHandlersOwnDelayWins() {
    var policy = new RetryPolicy(Backoff.DEFAULT);
    var retry = new Outcome.Retry(FAILURE, Duration.ofMinutes(7));
    assertThat(policy.decide(retry, 1, 3, new Random(1)))
        .isEqualTo(new RetryPolicy.Decision.TryAgain(Duration.ofMinutes(7)));
  }
}
