package dev.offstage.ingest.track;

import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.atomic.AtomicLong;
import org.springframework.stereotype.Component;

/** The memory that requests may hold together. Whoever is refused has read nothing more. */
@Component
final class InFlight {
  private final long most;
  private final AtomicLong held = new AtomicLong();

  InFlight(TrackProperties properties, MeterRegistry meters) {
    this.most = properties.inFlight().toBytes();
    meters.gauge("offstage.events.inflight.bytes", held);
  }

  /** A request's part of it. */
  Share open() {
    return new Share();
  }

  /** What one request holds; given back when it is closed. */
  final class Share implements AutoCloseable {
    private long mine;

    /** Whether there is room for so many bytes more; then they are held. */
    boolean tryAdd(long bytes) {
      if (held.addAndGet(bytes) > most) {
        held.addAndGet(-bytes);
        return false;
      }
      mine += bytes;
      return true;
    }

    @Override
    public void close() {
      held.addAndGet(-mine);
      mine = 0;
    }
  }
}
