package dev.offstage.onward;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * How far events have been read: up to and with the event of this transaction, time and id.
 *
 * @param transaction PostgreSQL's xid8 of whoever wrote it
 */
public record Position(long transaction, Instant at, UUID event) {
  private static final UUID BEFORE_ALL = new UUID(0, 0);

  /** Before every event that there is. */
  public static final Position BEGINNING = before(0);

  private static final Pattern FORM =
      Pattern.compile(
          "(\\d{1,18})\\.(-?\\d{1,18})\\.([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})");

  /** Before the first event of a transaction, and of those after it. */
  static Position before(long transaction) {
    return new Position(transaction, Instant.EPOCH, BEFORE_ALL);
  }

  /**
   * @throws IllegalArgumentException if it is not what {@link #text} makes
   */
  public static Position of(String text) {
    var parts = FORM.matcher(text);
    if (!parts.matches()) {
      throw new IllegalArgumentException(
          "position: not one (expected: as it was read from a destination)");
    }
    return new Position(
        Long.parseLong(parts.group(1)),
        Instant.EPOCH.plus(Long.parseLong(parts.group(2)), ChronoUnit.MICROS),
        UUID.fromString(parts.group(3)));
  }

  /** As the API shows it. */
  public String text() {
    return transaction + "." + ChronoUnit.MICROS.between(Instant.EPOCH, at) + "." + event;
  }
}
