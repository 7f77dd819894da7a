package dev.offstage.worker.consume;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offstage.event.EventBatch;
import dev.offstage.event.EventSource;
import dev.offstage.event.RejectedEvent;
import dev.offstage.worker.analytics.AnalyticsProperties;
import dev.offstage.worker.consume.EventMessage.Part;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.dao.QueryTimeoutException;
import org.springframework.util.unit.DataSize;

class EventLaneTests {
  /** It would gather for an hour. */
  private static final AnalyticsProperties PATIENT =
      new AnalyticsProperties(
          true, 1, Duration.ofHours(1), DataSize.ofKilobytes(3), Duration.ofMinutes(30));

  private final EventSource source = new EventSource("shop", "app", UUID.randomUUID());
  private final BlockingQueue<List<Part>> writes = new LinkedBlockingQueue<>();
  private final BlockingQueue<String> ends = new LinkedBlockingQueue<>();
  private final BlockingQueue<String> startedOver = new LinkedBlockingQueue<>();
  private final List<Part> poison = new CopyOnWriteArrayList<>();
  private volatile boolean away;
  private volatile boolean broken;
  private final EventLane lane = new EventLane(PATIENT, this::write, () -> startedOver.add("now"));

  @AfterEach
  void stop() {
    lane.stop();
  }

  private void write(List<Part> parts) {
    if (broken) {
      broken = false;
      throw new StackOverflowError("too deep");
    }
    if (away) {
      away = false;
      Thread.currentThread().interrupt(); // spares the test the patience
      throw new QueryTimeoutException("PostgreSQL is away");
    }
    if (parts.stream().anyMatch(poison::contains)) {
      throw new IllegalArgumentException("it cannot be written");
    }
    writes.add(parts);
  }

  private Part part(String name, int bytes) {
    var reject =
        new RejectedEvent(
            source, UUID.randomUUID(), Instant.now(), "why", "why", null, name, null, null);
    var message =
        new EventMessage(
            new EventBatch(List.of(), List.of(reject)),
            bytes,
            1,
            why -> ends.add(name + (why == null ? "" : ": " + why)));
    return Objects.requireNonNull(message.parts().getFirst());
  }

  private static <T> @Nullable T next(BlockingQueue<T> queue) throws InterruptedException {
    return queue.poll(20, TimeUnit.SECONDS);
  }

  @Test
  void itGathersUntilItHasEnough() throws Exception {
    var parts = List.of(part("a", 1_000), part("b", 1_000), part("c", 1_500), part("d", 1));
    parts.forEach(lane::add);
    lane.start("lane");

    assertThat(next(writes)).isEqualTo(parts.subList(0, 3));
    assertThat(List.of(ends.take(), ends.take(), ends.take())).containsExactly("a", "b", "c");
    assertThat(writes).isEmpty();
  }

  @Test
  void itWaitsForNothingThatCannotCome() throws Exception {
    lane.noMoreComes();
    var parts = List.of(part("a", 1), part("b", 1));
    for (var part : parts) {
      lane.add(part);
      lane.noMoreComes();
    }
    lane.start("lane");

    assertThat(next(writes)).as("all that was there").isEqualTo(parts);
  }

  @Test
  void whatCannotBeWrittenIsFoundAndTheOthersAreWrittenInTheirOrder() throws Exception {
    var parts = List.of(part("a", 1), part("b", 1), part("c", 1), part("d", 1), part("e", 1));
    poison.add(parts.get(2));
    parts.forEach(lane::add);
    lane.noMoreComes();
    lane.start("lane");

    assertThat(List.of(ends.take(), ends.take(), ends.take(), ends.take(), ends.take()))
        .containsExactly(
            "a", "b", "c: java.lang.IllegalArgumentException: it cannot be written", "d", "e");
  }

  @Test
  void noFailureEndsIt() throws Exception {
    broken = true;
    lane.add(part("a", 1));
    lane.noMoreComes();
    lane.start("lane");
    assertThat(next(startedOver)).isNotNull();

    var again = part("a", 1);
    lane.add(again);
    lane.noMoreComes();
    assertThat(next(writes)).containsExactly(again);
  }

  @Test
  void whenNothingCanBeWrittenAllStartOver() throws Exception {
    away = true;
    lane.add(part("a", 1));
    lane.noMoreComes();
    lane.start("lane");

    assertThat(next(startedOver)).isNotNull();
    assertThat(ends).isEmpty();
  }
}
