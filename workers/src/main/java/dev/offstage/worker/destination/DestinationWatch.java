package dev.offstage.worker.destination;

import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.dao.DataAccessException;

/**
 * Writes the configuration's rules, and looks every two seconds how destinations stand. Starts
 * before the consumers do, so that no job is run by a worker that has not looked.
 */
final class DestinationWatch implements SmartLifecycle {
  private static final Logger log = LoggerFactory.getLogger(DestinationWatch.class);
  private static final Duration EVERY = Duration.ofSeconds(2);

  private final Runnable configure;
  private final Destinations destinations;
  private volatile boolean configured;
  private volatile boolean running;
  private ScheduledExecutorService rounds = rounds();

  /**
   * @param configure writes the configuration's rules
   */
  DestinationWatch(Runnable configure, Destinations destinations) {
    this.configure = configure;
    this.destinations = destinations;
  }

  private static ScheduledExecutorService rounds() {
    return new ScheduledThreadPoolExecutor(
        1, Thread.ofPlatform().name("destinations").daemon().factory());
  }

  @Override
  public void start() {
    running = true;
    rounds = rounds();
    round();
    var unused =
        rounds.scheduleWithFixedDelay(
            this::round, EVERY.toMillis(), EVERY.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** PostgreSQL may be away, also at the start. */
  private void round() {
    try {
      if (!configured) {
        configure.run();
        configured = true;
      }
      destinations.look();
    } catch (DataAccessException e) {
      log.warn("Could not look how destinations stand: {}", e.getMessage());
    } catch (RuntimeException e) {
      log.error("Could not look how destinations stand", e);
    }
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

  @Override
  public int getPhase() {
    return 0;
  }
}
