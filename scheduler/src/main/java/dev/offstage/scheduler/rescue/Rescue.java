package dev.offstage.scheduler.rescue;

import dev.offstage.client.Announcer;
import dev.offstage.store.RescueStore;
import dev.offstage.store.Touched;
import dev.offstage.store.WorkerStore;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.ArrayList;
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

  /** Jobs under workers that there is no row of, each time that is looked for them. */
  private static final int STRAYS = 500;

  private final WorkerStore workers;
  private final RescueStore store;
  private final Announcer announcer;
  private final RescueProperties properties;
  private final Counter deaths;
  private final Counter rescued;
  private final Semaphore stop = new Semaphore(0);
  private @Nullable Thread thread;

  /** Since when PostgreSQL has answered this node without a break. */
  private long connectedSince = System.nanoTime();

  private boolean away = true;

  private long sweptAt;

  Rescue(
      WorkerStore workers,
      RescueStore store,
      Announcer announcer,
      RescueProperties properties,
      MeterRegistry meters) {
    this.workers = workers;
    this.store = store;
    this.announcer = announcer;
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
          away = true;
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
    long asked = System.nanoTime();
    var health = workers.health();
    boolean mayJudge = mayJudge(health, asked, System.nanoTime());
    boolean lapsed = health.lapsed() && mayJudge;
    if (lapsed) {
      bury();
    }
    if (lapsed || health.unrescued()) {
      tell(store.fromEndedWorkers());
    }
    long now = System.nanoTime();
    if (now - sweptAt > properties.sweepEvery().toNanos()) {
      tell(store.fromUnknownWorkers(STRAYS));
      workers.forgetEnded(properties.forgetAfter());
      sweptAt = now;
    }
  }

  /**
   * Whether each worker had a whole lease's time to write a heartbeat. It counts from the first
   * answer after a break, not from the last failure: between the two a connection was waited for.
   * So it was where an answer took long.
   */
  private boolean mayJudge(WorkerStore.Health health, long asked, long answered) {
    var lease = health.longestLease();
    if (away || answered - asked > lease.dividedBy(4).toNanos()) {
      away = false;
      connectedSince = answered;
    }
    return answered - connectedSince > lease.toNanos()
        && health.serverUptime().compareTo(lease) > 0;
  }

  private void bury() {
    var dead = workers.buryLapsed();
    dead.forEach(worker -> log.warn("Worker {} is dead: its lease has lapsed", worker));
    deaths.increment(dead.size());
  }

  private void tell(RescueStore.Rescue rescue) {
    rescued.increment(rescue.jobs().size());
    var changed = new ArrayList<>(rescue.touched());
    for (var job : rescue.jobs()) {
      log.warn(
          "Job {} was taken back from a worker that is no more{}",
          job.id(),
          job.ended() ? ", and ended" : "");
      changed.add(new Touched(job.id(), job.pool(), !job.ended()));
    }
    announcer.announceTouched(changed);
  }
}
