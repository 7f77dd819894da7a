package dev.offstage.worker.consume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.offstage.event.Event;
import dev.offstage.event.Event.Where;
import dev.offstage.event.Event.Who;
import dev.offstage.event.EventBatch;
import dev.offstage.event.EventSource;
import dev.offstage.event.EventTimes;
import dev.offstage.event.EventType;
import dev.offstage.event.RejectedEvent;
import dev.offstage.worker.consume.EventMessage.Part;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class EventMessageTests {
  private static final int LANES = 4;
  private static final Instant NOW = Instant.parse("2026-11-26T08:00:00Z");

  private final EventSource source = new EventSource("shop", "app", UUID.randomUUID());
  private final List<String> ends = new ArrayList<>();

  private Event event(int n, Who who) {
    return new Event(
        source,
        source.idOf("m" + n),
        EventType.TRACK,
        "E",
        "m" + n,
        who,
        new Where(null, null, null, null, null, null, null, null, null, null),
        new EventTimes(NOW, NOW, null, NOW, false),
        null,
        null,
        null);
  }

  private EventMessage message(List<Event> events, List<RejectedEvent> rejects) {
    return new EventMessage(
        new EventBatch(events, rejects), 1_000, LANES, why -> ends.add(String.valueOf(why)));
  }

  private static List<Part> present(EventMessage message) {
    return message.parts().stream().filter(Objects::nonNull).toList();
  }

  private static @Nullable Integer laneOf(EventMessage message, Event event) {
    return IntStream.range(0, LANES)
        .boxed()
        .filter(
            lane -> {
              var part = message.parts().get(lane);
              return part != null && part.batch().events().contains(event);
            })
        .findFirst()
        .orElse(null);
  }

  @Test
  void allThatADeviceSendsGoesToOneLaneAlsoOnceItsUserIsKnown() {
    for (int device = 0; device < 50; device++) {
      var before = event(1, new Who(null, "device-" + device, null, null));
      var after = event(2, new Who("ada", "device-" + device, null, null));
      assertThat(laneOf(message(List.of(before), List.of()), before))
          .isNotNull()
          .isEqualTo(laneOf(message(List.of(after), List.of()), after));
    }
  }

  @Test
  void everyEventIsInOnePartInItsOrderAndAllLanesHaveWork() {
    var events =
        IntStream.range(0, 200)
            .mapToObj(n -> event(n, new Who("u" + n % 20, null, null, null)))
            .toList();
    var parts = present(message(events, List.of()));

    assertThat(parts).hasSize(LANES);
    assertThat(parts.stream().flatMap(part -> part.batch().events().stream()))
        .containsExactlyInAnyOrderElementsOf(events);
    assertThat(parts)
        .allSatisfy(part -> assertThat(events).containsSubsequence(part.batch().events()));
    assertThat(parts.stream().mapToInt(Part::bytes).sum()).isBetween(1_000 - LANES, 1_000);
  }

  @Test
  void itEndsWithItsLastPartAndSaysWhyAPartCannotBeWritten() {
    var events =
        Stream.iterate(0, n -> n + 1)
            .limit(100)
            .map(n -> event(n, new Who("u" + n, null, null, null)))
            .toList();
    var good = present(message(events, List.of()));
    good.subList(1, LANES).forEach(Part::written);
    assertThat(ends).isEmpty();
    good.getFirst().written();
    assertThat(ends).containsExactly("null");

    var bad = present(message(events, List.of()));
    bad.getFirst().refused("too big");
    bad.subList(1, LANES).forEach(Part::written);
    assertThat(ends).containsExactly("null", "too big");
  }

  @Test
  void aMessageOfNothingIsRefusedForNoPartWouldEverEndIt() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> message(List.of(), List.of()))
        .withMessageContaining("no events");
  }

  @Test
  void rejectsAloneAreAPartToo() {
    var reject =
        new RejectedEvent(source, UUID.randomUUID(), NOW, "why", "why", null, null, null, null);
    var parts = present(message(List.of(), List.of(reject)));

    assertThat(parts).hasSize(1);
    assertThat(parts.getFirst().batch().rejects()).containsExactly(reject);
  }
}
