package dev.offstage.ingest.track;

import dev.offstage.queue.EventPublisher;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/** How many messages of events wait to be written, as far as was last seen. */
@Component
final class Backlog implements SmartLifecycle {
  private final EventPublisher events;
  private final long most;
  private volatile long waiting;
  private volatile boolean running;
  private ScheduledExecutorService rounds = closed();

  Backlog(EventPublisher events, TrackProperties properties) {
    this.events = events;
    this.most = properties.maxQueued();
  }

  /** Whether no more should be added. */
  boolean isTooDeep() {
    return waiting > most;
  }

  private void look() {
    // With the broker away nothing can be added anyway.
    waiting = events.waiting().orElse(0);
  }

  @Override
  public void start() {
    running = true;
    rounds =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("event-backlog").daemon().factory());
    rounds.scheduleWithFixedDelay(this::look, 0, 1, TimeUnit.SECONDS);
  }

  @Override
  public void stop() {
    running = false;
    rounds.shutdownNow();
  }

  @Override
  public boolean isRunning() {
    return running;
  }

  private static ScheduledExecutorService closed() {
    var none = Executors.newSingleThreadScheduledExecutor();
    none.shutdown();
    return none;
  }
}
