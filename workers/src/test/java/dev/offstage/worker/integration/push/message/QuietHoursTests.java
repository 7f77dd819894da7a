package dev.offstage.worker.integration.push.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.time.LocalTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QuietHoursTests {
  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          # from, to, zone, now, end
          22:00, 08:00, Europe/Berlin,     2026-01-15T20:59:59Z, -
          22:00, 08:00, Europe/Berlin,     2026-01-15T21:00:00Z, 2026-01-16T07:00:00Z
          22:00, 08:00, Europe/Berlin,     2026-01-16T03:00:00Z, 2026-01-16T07:00:00Z
          22:00, 08:00, Europe/Berlin,     2026-01-16T07:00:00Z, -
          13:00, 15:00, Asia/Kathmandu,    2026-01-15T07:15:00Z, 2026-01-15T09:15:00Z
          22:00, 08:00, America/Sao_Paulo, 2026-01-15T05:00:00Z, 2026-01-15T11:00:00Z
          # the night in which Berlin's clocks go from 02:00 to 03:00
          22:00, 08:00, Europe/Berlin,     2026-03-28T22:00:00Z, 2026-03-29T06:00:00Z
          # an end that the clocks skip is when they have skipped it
          22:00, 02:30, Europe/Berlin,     2026-03-28T23:00:00Z, 2026-03-29T01:30:00Z
          # the night in which they go from 03:00 back to 02:00: an end that they show twice is the first
          22:00, 02:30, Europe/Berlin,     2026-10-24T23:00:00Z, 2026-10-25T00:30:00Z
          # and past that, while it is quiet again by the clock on the wall, the second
          22:00, 02:30, Europe/Berlin,     2026-10-25T01:10:00Z, 2026-10-25T01:30:00Z
          22:00, 08:00, Europe/Berlin,     2026-10-24T23:00:00Z, 2026-10-25T07:00:00Z
          """)
  void endIsByTheClockOnTheDevicesWall(
      LocalTime from, LocalTime to, String zone, Instant now, String end) {
    var expected = end.equals("-") ? null : Instant.parse(end);
    assertThat(new QuietHours(from, to, null).end(zone, now).orElse(null)).isEqualTo(expected);
  }

  @Test
  void deviceWithoutZoneIsInThePushs() {
    var quiet = new QuietHours(LocalTime.of(22, 0), LocalTime.of(8, 0), "Asia/Tokyo");
    var tokyoNight = Instant.parse("2026-01-15T15:00:00Z");
    assertThat(quiet.end(null, tokyoNight)).contains(Instant.parse("2026-01-15T23:00:00Z"));
    assertThat(quiet.end("Mars/Olympus", tokyoNight)).isPresent();
    assertThat(new QuietHours(quiet.from(), quiet.to(), null).end(null, tokyoNight)).isEmpty();
  }

  @Test
  void whatCannotBeQuietHoursIsRefused() {
    var eight = LocalTime.of(8, 0);
    assertThatThrownBy(() -> new QuietHours(eight, eight, null))
        .hasMessage("quietHours: 08:00 to 08:00 (expected: two different times)");
    assertThatThrownBy(() -> new QuietHours(eight, LocalTime.NOON, "Mars/Olympus"))
        .hasMessageContaining("quietHours.zone: Mars/Olympus (expected: ");
  }
}
