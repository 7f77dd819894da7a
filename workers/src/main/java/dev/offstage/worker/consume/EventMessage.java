package dev.offstage.worker.consume;

import dev.offstage.event.Event;
import dev.offstage.event.EventBatch;
import dev.offstage.event.RejectedEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A message of events in parts, one for each lane. It ends when all of them have. */
final class EventMessage {
  private final List<@Nullable Part> parts;
  private final AtomicInteger open;
  private final AtomicReference<@Nullable String> trouble = new AtomicReference<>();
  private final Consumer<@Nullable String> end;

  /**
   * What one lane is to write.
   *
   * @param bytes of the message, as far as they are this part's
   */
  record Part(EventMessage message, EventBatch batch, int bytes) {
    void written() {
      message.partEnded();
    }

    /** It can never be written; the others still are. */
    void refused(String why) {
      message.trouble.compareAndSet(null, why);
      message.partEnded();
    }
  }

  /**
   * @param bytes of the message
   * @param end gets null when all is written, or why some of it cannot be
   * @throws IllegalArgumentException if there is neither an event nor a reject
   */
  EventMessage(EventBatch batch, int bytes, int lanes, Consumer<@Nullable String> end) {
    this.end = end;
    this.parts = parts(batch, bytes, lanes);
    this.open = new AtomicInteger((int) parts.stream().filter(Objects::nonNull).count());
    if (open.get() == 0) {
      throw new IllegalArgumentException("a batch of no events (expected: at least one)");
    }
  }

  /** By lane; null where one has nothing to do. All that a person did goes to the same lane. */
  List<@Nullable Part> parts() {
    return parts;
  }

  private List<@Nullable Part> parts(EventBatch batch, int bytes, int lanes) {
    var events = new ArrayList<List<Event>>(lanes);
    for (int lane = 0; lane < lanes; lane++) {
      events.add(new ArrayList<>());
    }
    batch.events().forEach(event -> events.get(lane(event, lanes)).add(event));
    int all = batch.events().size() + batch.rejects().size();
    var parts = new ArrayList<@Nullable Part>(lanes);
    for (int lane = 0; lane < lanes; lane++) {
      var rejects = lane == 0 ? batch.rejects() : List.<RejectedEvent>of();
      int share = events.get(lane).size() + rejects.size();
      parts.add(
          share == 0
              ? null
              : new Part(
                  this,
                  new EventBatch(events.get(lane), rejects),
                  (int) ((long) bytes * share / all)));
    }
    return parts;
  }

  /** A device keeps its anonymous id when its user logs in: what it sends stays in order. */
  private static int lane(Event event, int lanes) {
    var who = event.who();
    return Math.floorMod(
        Objects.hash(
            event.source().tenant(), who.anonymousId() != null ? who.anonymousId() : who.userId()),
        lanes);
  }

  private void partEnded() {
    if (open.decrementAndGet() == 0) {
      end.accept(trouble.get());
    }
  }
}
