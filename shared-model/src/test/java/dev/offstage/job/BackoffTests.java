package dev.offstage.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BackoffTests {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "exponential PT2S PT1H 0.0    | 1 2, 2 4, 3 8, 6 64, 11 2048, 12 3600, 1000 3600",
        "exponential PT1M PT2M 0.0    | 1 60, 2 120, 3 120",
        "polynomial PT3S 2.0 PT1H 0.0 | 1 3, 2 12, 3 27, 10 300, 40 3600, 1000 3600",
        "polynomial PT4S 0.5 PT1H 0.0 | 1 4, 4 8, 9 12, 100 40",
        "fixed PT30S 0.0              | 1 30, 2 30, 1000 30",
        "table PT1S,PT10S,PT5M 0.0    | 1 1, 2 10, 3 300, 4 300, 1000 300",
      })
  void eachShapeWaitsAsItSays(String text, String expected) {
    var backoff = Backoff.of(text);
    for (var entry : expected.split(", ")) {
      var attemptAndSeconds = entry.split(" ");
      assertThat(backoff.delayAfter(Integer.parseInt(attemptAndSeconds[0]), new Random(1)))
          .as("%s after attempt %s", text, attemptAndSeconds[0])
          .isEqualTo(Duration.ofSeconds(Long.parseLong(attemptAndSeconds[1])));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "exponential PT2S PT1H 0.25",
        "polynomial PT0.5S 1.5 PT720H 1.0",
        "fixed PT15S 0.1",
        "table PT1S,PT1M,PT24H 0.0",
      })
  void whatIsStoredReadsAsWhatItWas(String text) {
    assertThat(Backoff.of(text).text()).isEqualTo(text);
    assertThat(Backoff.of(Backoff.of(text).text())).isEqualTo(Backoff.of(text));
  }

  @Test
  void theDefaultCanBeStored() {
    assertThat(Backoff.of(Backoff.DEFAULT.text())).isEqualTo(Backoff.DEFAULT);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "exponential", "exponential PT2S PT1H", "linear PT1S 0.0", "fixed soon 0.0"})
  void whatIsNoneIsRefused(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Backoff.of(text))
        .withMessage("backoff: " + text);
  }

  @Test
  void jitterTakesAwayUpToItsShare() {
    var random = new Random(1);
    for (int i = 0; i < 1_000; i++) {
      assertThat(Backoff.DEFAULT.delayAfter(3, random))
          .isBetween(Duration.ofSeconds(6), Duration.ofSeconds(8));
      assertThat(new Backoff.Fixed(Duration.ofSeconds(8), 1).delayAfter(1, random))
          .isBetween(Duration.ZERO, Duration.ofSeconds(8));
    }
  }

  @Test
  void refusesWhatMakesNoSense() {
    var second = Duration.ofSeconds(1);
    var hour = Duration.ofHours(1);
    refused(() -> new Backoff.Exponential(Duration.ZERO, hour, 0), "0 < first <= max <= 30 days");
    refused(() -> new Backoff.Exponential(hour, second, 0), "0 < first <= max <= 30 days");
    refused(() -> new Backoff.Fixed(Duration.ofDays(31), 0), "0 < first <= max <= 30 days");
    refused(() -> new Backoff.Exponential(second, hour, 1.5), "0 to 1");
    refused(() -> new Backoff.Fixed(second, Double.NaN), "0 to 1");
    refused(() -> new Backoff.Polynomial(second, 0, hour, 0), "> 0, at most 10");
    refused(() -> new Backoff.Table(List.of(), 0), "1 to 50");
    refused(() -> new Backoff.Table(List.of(second, Duration.ZERO), 0), "0 < first");
  }

  private static void refused(Runnable construction, String expected) {
    assertThatIllegalArgumentException()
        .isThrownBy(construction::run)
        .withMessageStartingWith("backoff")
        .withMessageContaining("(expected: " + expected);
  }
}
