package dev.offstage.scheduler.rescue;

import dev.offstage.live.LiveUpdates;
import dev.offstage.queue.Hints;
import dev.offstage.store.WorkerStore;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;

/** The rescue loop. */
@Component
final class Rescue implements SmartLifecycle {
  private static final Logger log = LoggerFactory.getLogger(Rescue.class);
  private static final int BATCH = 500;

  private final WorkerStore workers;
  private final Hints hints;
  private final LiveUpdates live;
  private final RescueProperties properties;
  private final Counter deaths;
  private final Counter rescued;
  private final Semaphore stop = new Semaphore(0);
  private @Nullable Thread thread;

  /** Since when this node has reached PostgreSQL without a break. */
  private long connectedSince = System.nanoTime();

  private long sweptAt;

  Rescue(
      WorkerStore workers,
      Hints hints,
      LiveUpdates live,
      RescueProperties properties,
      MeterRegistry meters) {
    this.workers = workers;
    this.hints = hints;
    this.live = live;
    this.properties = properties;
    this.deaths = meters.counter("offstage.workers.died");
    this.rescued = meters.counter("offstage.jobs.rescued");
    this.sweptAt = System.nanoTime() - properties.sweepEvery().toNanos();
  }

  @Override
  public void start() {
    thread = Thread.ofVirtual().name("rescue").start(this::run);
  }

  @Override
  public void stop() {
    stop.release();
    var running = thread;
    if (running != null) {
      try {
        running.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      thread = null;
    }
  }

  @Override
  public boolean isRunning() {
    return thread != null;
  }

  private void run() {
    try {
      do {
        try {
          round();
        } catch (DataAccessException e) {
          connectedSince = System.nanoTime();
          log.warn("PostgreSQL is away, no worker is judged meanwhile: {}", e.getMessage());
        } catch (RuntimeException e) {
          log.error("A round of rescue failed", e);
        }
      } while (!stop.tryAcquire(properties.every().toNanos(), TimeUnit.NANOSECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void round() {
    boolean someoneDied = mayJudge() && bury();
    long now = System.nanoTime();
    if (someoneDied || now - sweptAt > properties.sweepEvery().toNanos()) {
      takeBack();
      workers.forgetEnded(properties.forgetAfter());
      sweptAt = now;
    }
  }

  /** Whether each worker had a whole lease's time to write a heartbeat. */
  private boolean mayJudge() {
    long lease = workers.longestLease().toNanos();
    return System.nanoTime() - connectedSince > lease && workers.serverUptime().toNanos() > lease;
  }

  private boolean bury() {
    var dead = workers.buryLapsed();
    dead.forEach(worker -> log.warn("Worker {} is dead: its lease has lapsed", worker));
    deaths.increment(dead.size());
    return !dead.isEmpty();
  }

  private void takeBack() {
    int count;
    do {
      var jobs = workers.rescue(BATCH);
      count = jobs.size();
      rescued.increment(count);
      for (var job : jobs) {
        log.warn(
            "Job {} was taken back from a worker that died{}",
            job.id(),
            job.discarded() ? ", and discarded: it has done so too often" : "");
        hints.due(job.pool());
      }
      live.publish(jobs.stream().map(WorkerStore.Rescued::id).toList());
    } while (count == BATCH);
  }
}
