package dev.offstage.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.offstage.event.Event.Where;
import dev.offstage.event.Event.Who;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class EventWireTests {
  private static final Instant NOW = Instant.parse("2026-11-25T12:00:00.123456Z");
  private static final EventSource SOURCE = new EventSource("acme", "shop", UUID.randomUUID());
  private static final EventBatch BATCH =
      new EventBatch(List.of(full(), sparse()), List.of(reject()));

  private static Event full() {
    return new Event(
        SOURCE,
        SOURCE.idOf("m1"),
        EventType.ALIAS,
        "Käufe",
        "m1",
        new Who("u", "a", "p", "g"),
        new Where("d", "s", "1.2", "ios", "26", "iPhone", "de-DE", "DE", "10.0.0.0", false),
        EventTimes.of(NOW.minusSeconds(60), NOW.minusSeconds(1), NOW, Duration.ofDays(1)),
        JsonBytes.of("{\"a\":1}"),
        JsonBytes.of("{}"),
        JsonBytes.of("{\"All\":false}"));
  }

  private static Event sparse() {
    return new Event(
        SOURCE,
        SOURCE.idOf("m2"),
        EventType.TRACK,
        null,
        "m2",
        new Who(null, "a", null, null),
        new Where(null, null, null, null, null, null, null, null, null, null),
        EventTimes.of(null, null, NOW, Duration.ofDays(1)),
        null,
        null,
        null);
  }

  private static RejectedEvent reject() {
    return new RejectedEvent(
        SOURCE, SOURCE.rejectOf("m3"), NOW, "no-user", "why", "track", null, "m3", null);
  }

  @Test
  void whatIsReadIsWhatWasWritten() {
    assertThat(EventWire.decode(EventWire.encode(BATCH))).isEqualTo(BATCH);
  }

  @Test
  void whateverEndsTooEarlyIsRefused() {
    var message = EventWire.encode(BATCH);
    for (int length = 0; length < message.length; length++) {
      var cut = Arrays.copyOf(message, length);
      assertThatThrownBy(() -> EventWire.decode(cut)).isInstanceOf(IllegalArgumentException.class);
    }
    assertThatThrownBy(() -> EventWire.decode(Arrays.copyOf(message, message.length + 1)))
        .hasMessageContaining("too many");
  }

  @Test
  void anotherVersionIsRefusedByItsNumber() {
    var message = EventWire.encode(BATCH);
    message[0] = 9;
    assertThatThrownBy(() -> EventWire.decode(message)).hasMessageContaining("version 9");
  }

  @Test
  void aWrongClockIsCorrectedByWhatItSaidWhenItSent() {
    var original = Instant.parse("1970-01-01T00:10:00Z");
    var times = EventTimes.of(original, original.plusSeconds(90), NOW, Duration.ofDays(400));
    assertThat(times.occurredAt()).isEqualTo(NOW.minusSeconds(90));
    assertThat(times.originalAt()).isEqualTo(original);
    assertThat(times.clamped()).isFalse();
  }

  @Test
  void withoutATimeOfSendingTheOriginalStands() {
    var original = NOW.minusSeconds(3600);
    assertThat(EventTimes.of(original, null, NOW, Duration.ofDays(1)).occurredAt())
        .isEqualTo(original);
  }

  @Test
  void absurdTimesAreClampedAndKept() {
    for (var absurd : List.of("1970-01-01T00:00:00Z", "2099-12-31T23:59:59Z")) {
      var times = EventTimes.of(Instant.parse(absurd), null, NOW, Duration.ofDays(400));
      assertThat(times.occurredAt()).isEqualTo(NOW);
      assertThat(times.originalAt()).isEqualTo(Instant.parse(absurd));
      assertThat(times.clamped()).isTrue();
    }
  }

  @Test
  void idsDependOnTenantAppAndMessageAlone() {
    var other = new EventSource("acme", "shop", UUID.randomUUID());
    assertThat(other.idOf("m1")).isEqualTo(SOURCE.idOf("m1")).isNotEqualTo(SOURCE.rejectOf("m1"));
    assertThat(new EventSource("acme", "shop2", SOURCE.writeKey()).idOf("m1"))
        .isNotEqualTo(SOURCE.idOf("m1"));
    assertThat(new EventSource("acmes", "hop", SOURCE.writeKey()).idOf("m1"))
        .isNotEqualTo(SOURCE.idOf("m1"));
  }
}
