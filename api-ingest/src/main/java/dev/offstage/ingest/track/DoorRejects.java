package dev.offstage.ingest.track;

import dev.offstage.event.EventBatch;
import dev.offstage.event.EventWire;
import dev.offstage.event.RejectedEvent;
import dev.offstage.ingest.auth.WriteKey;
import dev.offstage.queue.EventPublisher;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.stereotype.Component;

/**
 * Puts requests that are answered 400 with the rejects, so that the inspector shows them to whoever
 * integrates an SDK. A courtesy: it never holds the request up, is bounded by key and in all, and
 * what does not fit, or meets a broker that is away, is dropped.
 */
@Component
final class DoorRejects implements DisposableBean {
  /** Of a request that could not be read at all. */
  static final String UNREADABLE = "unreadable";

  /** Of one key, as long as it goes on, and as many at once after a while without. */
  private static final long EVERY = TimeUnit.MILLISECONDS.toNanos(200);

  private static final int BURST = 20;
  private static final int MAX_KEYS = 10_000;
  private static final int AT_ONCE = 32;
  private static final long PATIENCE_SECONDS = 5;

  private final EventPublisher publisher;
  private final Counter noted;
  private final Counter dropped;
  private final Semaphore room = new Semaphore(AT_ONCE);
  private final Map<UUID, Long> nextAt = new ConcurrentHashMap<>();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  DoorRejects(EventPublisher publisher, MeterRegistry meters) {
    this.publisher = publisher;
    this.noted = meters.counter("offstage.events.door.noted");
    this.dropped = meters.counter("offstage.events.door.dropped");
  }

  /** Notes a whole request that could not be read. */
  void note(WriteKey key, Instant receivedAt, String detail) {
    note(
        new RejectedEvent(
            key.source(),
            UUID.randomUUID(),
            receivedAt,
            UNREADABLE,
            detail,
            null,
            null,
            null,
            null));
  }

  /** Notes the one event that a request brought. */
  void note(RejectedEvent reject) {
    if (!mayBeNoted(reject.source().writeKey()) || !room.tryAcquire()) {
      dropped.increment();
      return;
    }
    var message = EventWire.encode(new EventBatch(List.of(), List.of(reject)));
    threads.execute(() -> send(message));
  }

  private void send(byte[] message) {
    publisher
        .publish(message)
        .completeOnTimeout(false, PATIENCE_SECONDS, TimeUnit.SECONDS)
        .whenComplete(
            (confirmed, failure) -> {
              room.release();
              (failure == null && confirmed ? noted : dropped).increment();
            });
  }

  /** Generic cell rate: each one takes its time of the key's, which may run ahead by a burst. */
  private boolean mayBeNoted(UUID key) {
    if (nextAt.size() >= MAX_KEYS) {
      nextAt.clear();
    }
    long now = System.nanoTime();
    var taken = new boolean[1];
    nextAt.compute(
        key,
        (k, next) -> {
          long from = next == null || next - now < 0 ? now : next;
          taken[0] = from - now <= (BURST - 1) * EVERY;
          return taken[0] ? from + EVERY : from;
        });
    return taken[0];
  }

  @Override
  public void destroy() {
    threads.shutdownNow();
  }
}
