package dev.offstage.worker.analytics;

import dev.offstage.event.Event;
import dev.offstage.event.RejectedEvent;
import java.util.Optional;

/** Looks at events before they are written. For many threads; must be quick. */
public interface EventCheck {
  /** The reject that an event becomes; empty if it may be written. */
  Optional<RejectedEvent> reject(Event event);
}
