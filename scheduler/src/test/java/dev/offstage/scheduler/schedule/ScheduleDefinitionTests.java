package dev.offstage.scheduler.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

class ScheduleDefinitionTests {
  private static final Instant TICK = Instant.parse("2026-11-25T23:30:00Z");

  private static ScheduleDefinition batch(
      String cron, String zone, Duration jitter, Map<String, String> parameters) {
    return new ScheduleDefinition(
        cron, zone, jitter, MissedPolicy.ONCE, 3, "rollup", parameters, false, null, null, null);
  }

  @Test
  void whatStandsForTheTickIsFilledInTheZone() {
    var definition =
        batch(
            "30 0 * * *",
            "Europe/Berlin",
            Duration.ZERO,
            Map.of("from", "{day-7}", "to", "{day}", "at", "{tick}", "other", "as it is"));

    assertThat(definition.parametersAt(TICK))
        .containsEntry("from", "2026-11-19")
        .containsEntry("to", "2026-11-26")
        .containsEntry("at", "2026-11-25T23:30:00Z")
        .containsEntry("other", "as it is");
  }

  @Test
  void jitterIsTheSameForATickAndWithinItsBound() {
    var definition = batch("0 * * * *", "UTC", Duration.ofMinutes(5), Map.of());

    for (int hour = 0; hour < 200; hour++) {
      var tick = TICK.plusSeconds(hour * 3600L);
      assertThat(definition.due("a", tick))
          .isBetween(tick, tick.plusSeconds(300))
          .isEqualTo(definition.due("a", tick));
    }
    assertThat(definition.due("a", TICK)).isNotEqualTo(definition.due("b", TICK));
  }

  @Test
  void itIsTheSameAfterItWasStored() {
    var json = JsonMapper.builder().build();
    var definition =
        batch("0 3 * * *", "Asia/Tokyo", Duration.ofSeconds(90), Map.of("to", "{day}"));

    assertThat(json.readValue(json.writeValueAsString(definition), ScheduleDefinition.class))
        .isEqualTo(definition);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "* * * *", "61 * * * *", "0 0 31 2 *", "nonsense", "* * * * * * *", "@daily"})
  void aCronThatIsNoneOrNeverTicksIsRefused(String cron) {
    assertThatThrownBy(() -> batch(cron, "UTC", Duration.ZERO, Map.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("cron: ")
        .hasMessageContaining("expected:");
  }

  @Test
  void aZoneThatThereIsNotIsRefused() {
    assertThatThrownBy(() -> batch("0 3 * * *", "Mars/Olympus", Duration.ZERO, Map.of()))
        .hasMessageContaining("zone: Mars/Olympus (expected: ");
  }

  @Test
  void oneOfBatchAndKindMustBeThere() {
    assertThatThrownBy(
            () ->
                new ScheduleDefinition(
                    "0 3 * * *",
                    "UTC",
                    Duration.ZERO,
                    MissedPolicy.EACH,
                    0,
                    null,
                    Map.of(),
                    false,
                    null,
                    null,
                    null))
        .hasMessageContaining("one of batch and kind");
  }
}
