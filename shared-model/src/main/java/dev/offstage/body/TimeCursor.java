package dev.offstage.body;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.UUID;

/** Where a page of something ended that is sorted by time and id. */
public record TimeCursor(Instant at, UUID id) {

  /**
   * @throws IllegalArgumentException if it is not what {@link #text} makes
   */
  public static TimeCursor parse(String text) {
    try {
      int dot = text.indexOf('.');
      long micros = Long.parseLong(text.substring(0, dot));
      return new TimeCursor(
          Instant.EPOCH.plus(micros, ChronoUnit.MICROS), UUID.fromString(text.substring(dot + 1)));
    } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
      throw new IllegalArgumentException("cursor: not one (expected: from the page before)", e);
    }
  }

  public String text() {
    return ChronoUnit.MICROS.between(Instant.EPOCH, at) + "." + id;
  }
}
