package dev.offstage.worker.integration.push.message;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * When a device is to be left alone, by the clock on its wall: from one time of day up to another,
 * over midnight where the second is the earlier one.
 *
 * @param zone for devices that have not said theirs; UTC if null
 */
public record QuietHours(LocalTime from, LocalTime to, @Nullable String zone) {

  /**
   * @throws IllegalArgumentException if the two are the same, or the zone is not known
   */
  public QuietHours {
    if (from.equals(to)) {
      throw new IllegalArgumentException(
          "quietHours: %s to %s (expected: two different times)".formatted(from, to));
    }
    if (zone != null) {
      try {
        ZoneId.of(zone);
      } catch (DateTimeException e) {
        throw new IllegalArgumentException(
            "quietHours.zone: %s (expected: one such as America/Sao_Paulo)".formatted(zone), e);
      }
    }
  }

  /**
   * When the quiet hours end that it is in at {@code now}; empty if it is in none.
   *
   * <p>A change of the clocks moves no end into the past: where the clocks skip the time of the
   * end, it is when they have skipped it; where they show it twice, the first one that is ahead.
   *
   * @param zone the device's; null if it has not said
   */
  public Optional<Instant> end(@Nullable String zone, Instant now) {
    var local = now.atZone(zoneOf(zone));
    if (!isQuiet(local.toLocalTime())) {
      return Optional.empty();
    }
    var day = local.toLocalDate();
    var end =
        ZonedDateTime.of(
            local.toLocalTime().isBefore(to) ? day : day.plusDays(1), to, local.getZone());
    if (!end.toInstant().isAfter(now)) {
      end = end.withLaterOffsetAtOverlap();
    }
    return end.toInstant().isAfter(now) ? Optional.of(end.toInstant()) : Optional.empty();
  }

  private boolean isQuiet(LocalTime time) {
    return from.isBefore(to)
        ? !time.isBefore(from) && time.isBefore(to)
        : !time.isBefore(from) || time.isBefore(to);
  }

  /** A zone that this JVM does not know (yet) is no reason to fail. */
  private ZoneId zoneOf(@Nullable String device) {
    return known(device).or(() -> known(zone)).orElse(ZoneId.of("UTC"));
  }

  private static Optional<ZoneId> known(@Nullable String name) {
    try {
      return name == null ? Optional.empty() : Optional.of(ZoneId.of(name));
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }
}
