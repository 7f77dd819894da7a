package dev.offstage.event;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * When an event happened, by which clock.
 *
 * @param occurredAt corrected, and never absurd
 * @param originalAt by the device's clock; null if it did not say
 * @param sentAt by the device's clock; null if it did not say
 * @param receivedAt by ours
 * @param clamped whether the corrected time was absurd, and is {@code receivedAt}
 */
public record EventTimes(
    Instant occurredAt,
    @Nullable Instant originalAt,
    @Nullable Instant sentAt,
    Instant receivedAt,
    boolean clamped) {

  /** What a clock may be ahead by after its correction: the request was on its way for a while. */
  private static final Duration AHEAD = Duration.ofMinutes(5);

  /**
   * Corrects a device's clock by what it said when it sent: {@code receivedAt - (sentAt -
   * originalAt)}, as Segment's tracking API does. What comes out later than now, or longer ago than
   * {@code oldest}, cannot be: such an event counts as having happened when it was received.
   */
  public static EventTimes of(
      @Nullable Instant originalAt, @Nullable Instant sentAt, Instant receivedAt, Duration oldest) {
    if (originalAt == null) {
      return new EventTimes(receivedAt, null, sentAt, receivedAt, false);
    }
    var corrected =
        sentAt == null ? originalAt : receivedAt.minus(Duration.between(originalAt, sentAt));
    boolean absurd =
        corrected.isAfter(receivedAt.plus(AHEAD)) || corrected.isBefore(receivedAt.minus(oldest));
    return new EventTimes(absurd ? receivedAt : corrected, originalAt, sentAt, receivedAt, absurd);
  }
}
