package dev.offstage.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EventTypesTests {
  @ParameterizedTest
  @CsvSource({
    "*, job.completed, true",
    "job.completed, job.completed, true",
    "job.*, job.completed, true",
    "job.*, job, false",
    "job.*, jobs.completed, false",
    "a.*, a.b.c, true",
    "job.completed, job.failed, false"
  })
  void aPatternMeansTypes(String pattern, String type, boolean matches) {
    assertThat(EventTypes.matches(List.of(EventTypes.pattern(pattern)), type)).isEqualTo(matches);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ".", "a..b", "*.a", "a*", "a b", "job.*.x", "a\n"})
  void whatIsNoPatternIsRefused(String pattern) {
    assertThatThrownBy(() -> EventTypes.pattern(pattern))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expected");
  }

  @Test
  void offstagesOwnTypesCannotBeTold() {
    assertThat(EventTypes.own("invoice.paid")).isEqualTo("invoice.paid");
    for (var type :
        List.of("job.completed", "asset.ready", "webhook.test", "a*", "x".repeat(129))) {
      assertThatThrownBy(() -> EventTypes.own(type)).isInstanceOf(IllegalArgumentException.class);
    }
  }
}
