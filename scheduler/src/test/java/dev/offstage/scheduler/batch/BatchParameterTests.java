package dev.offstage.scheduler.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.time.InstantSource;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BatchParameterTests {
  private static final InstantSource NOW =
      InstantSource.fixed(Instant.parse("2026-11-26T00:30:00Z"));

  private static BatchParameter of(ParameterType type) {
    return type == ParameterType.CHOICE
        ? BatchParameter.choice("it", "is it", "webp", "jpeg")
        : BatchParameter.required("it", type, "is it");
  }

  @ParameterizedTest
  @CsvSource({
    "TEXT, anything at all, anything at all",
    "TENANT, acme-2, acme-2",
    "DATE, 2026-11-03, 2026-11-03",
    "DATE, today, 2026-11-26",
    "DATE, yesterday, 2026-11-25",
    "DATE, today-7, 2026-11-19",
    "INSTANT, 2026-11-03T12:00:00+01:00, 2026-11-03T11:00:00Z",
    "WHOLE_NUMBER, 007, 7",
    "YES_NO, true, true",
    "DURATION, 90s, PT1M30S",
    "DURATION, 7d, PT168H",
    "DURATION, PT5M, PT5M",
    "CHOICE, jpeg, jpeg"
  })
  void aValueIsStoredInOneForm(ParameterType type, String text, String stored) {
    assertThat(of(type).canonical(text, NOW)).isEqualTo(stored);
  }

  @ParameterizedTest
  @CsvSource({
    "TEXT, ''",
    "TENANT, Acme",
    "TENANT, ../etc",
    "DATE, 2026-13-01",
    "DATE, +99999-01-01",
    "DATE, today-99999999",
    "INSTANT, 2026-11-03",
    "INSTANT, 2026-11-03T12:00:00",
    "WHOLE_NUMBER, -1",
    "WHOLE_NUMBER, 1e3",
    "WHOLE_NUMBER, 99999999999999999999",
    "YES_NO, yes",
    "DURATION, soon",
    "DURATION, PT-5M",
    "CHOICE, gif"
  })
  void whatIsNoneIsRefusedWithWhatWasExpected(ParameterType type, String text) {
    var parameter = of(type);

    assertThatThrownBy(() -> parameter.canonical(text, NOW))
        .isInstanceOf(BatchRefusedException.class)
        .hasMessageContaining("it: ")
        .hasMessageContaining("(expected: " + parameter.expectation() + ")");
  }
}
