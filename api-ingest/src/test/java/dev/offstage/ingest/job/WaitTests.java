package dev.offstage.ingest.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.offstage.problem.ProblemException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WaitTests {

  @ParameterizedTest
  @CsvSource({
    "30s, PT30S",
    "500ms, PT0.5S",
    "1m, PT1M",
    "PT30S, PT30S",
    "pt5s, PT5S",
    "0s, PT0S",
    "2m, PT1M",
    "PT24H, PT1M"
  })
  void simpleAndIsoDurationsAreReadUpToAMinute(String text, Duration wait) {
    assertThat(Wait.of(text)).isEqualTo(wait);
  }

  @Test
  void noneMeansNoWait() {
    assertThat(Wait.of(null)).isZero();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "30",
        "-5s",
        "PT-5S",
        "30 s",
        "soon",
        "1h2",
        "9999999999s",
        "PT99999999999999999999S"
      })
  void anythingElseIsRefused(String text) {
    assertThatThrownBy(() -> Wait.of(text)).isInstanceOf(ProblemException.class);
  }
}
