package dev.offstage.event;

import java.util.List;

/** What one request brought: travels as one message, which {@link EventWire} reads and writes. */
public record EventBatch(List<Event> events, List<RejectedEvent> rejects) {
  public EventBatch {
    events = List.copyOf(events);
    rejects = List.copyOf(rejects);
  }
}
