package dev.offstage.worker.lease;

import dev.offstage.store.Transience;
import dev.offstage.store.WorkerId;
import dev.offstage.store.WorkerStore;
import java.util.List;
import java.util.SortedMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps this worker alive in PostgreSQL, and tells when it no longer is. */
public final class Lease {
  private static final Logger log = LoggerFactory.getLogger(Lease.class);

  /** What the lease is held for. */
  public interface Work {
    /** How many jobs run. */
    int count();

    /** Others may have the jobs by now: everything that runs must be interrupted. */
    void leaseLost();
  }

  /**
   * What the worker can do.
   *
   * @param kinds what it runs, and the newest version of the payload that it reads
   * @param lacks what it cannot run, each as {@code kind: why}
   */
  public record Abilities(SortedMap<String, Integer> kinds, List<String> lacks) {}

  private final WorkerStore store;
  private final LeaseProperties properties;
  private final String host;
  private final Abilities abilities;
  private final Work work;
  private final CountDownLatch stopping = new CountDownLatch(1);
  private volatile WorkerId id = WorkerId.random();
  private volatile boolean registered;
  private volatile boolean lapsed;
  private volatile long renewedAt = System.nanoTime();
  private @Nullable Thread renewer;
  private @Nullable Thread watchdog;

  /**
   * @param store over connections that no other work can exhaust
   */
  public Lease(
      WorkerStore store, LeaseProperties properties, String host, Abilities abilities, Work work) {
    this.store = store;
    this.properties = properties;
    this.host = host;
    this.abilities = abilities;
    this.work = work;
  }

  /** Who this worker is now; another after it was declared dead. */
  public WorkerId id() {
    return id;
  }

  /** Whether the worker may take work: it is entered, and its lease stands. */
  public boolean stands() {
    return registered && !lapsed;
  }

  /** Waits until {@link #stands}. */
  public synchronized void awaitStanding() throws InterruptedException {
    while (!stands()) {
      wait();
    }
  }

  private synchronized void stand() {
    registered = true;
    lapsed = false;
    notifyAll();
  }

  public void start() {
    renewer = Thread.ofPlatform().name("lease").daemon().start(this::renew);
    watchdog = Thread.ofPlatform().name("lease-watchdog").daemon().start(this::watch);
  }

  /** Leaves; call it once nothing runs any more. */
  public void stop() {
    stopping.countDown();
    join(renewer);
    join(watchdog);
    try {
      if (registered) {
        store.stop(id);
      }
    } catch (RuntimeException e) {
      log.warn("Could not leave in order, the lease will lapse: {}", e.getMessage());
    }
  }

  private static void join(@Nullable Thread thread) {
    try {
      if (thread != null) {
        thread.join();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void renew() {
    do {
      try {
        beat();
      } catch (RuntimeException e) {
        if (Transience.of(e)) {
          log.warn("No heartbeat: {}", e.getMessage());
        } else {
          log.error("No heartbeat", e);
        }
      }
    } while (!stoppedWithin(properties.heartbeat().toNanos()));
  }

  private void beat() {
    long sentAt = System.nanoTime();
    if (!registered) {
      store.register(
          id,
          host,
          ProcessHandle.current().pid(),
          abilities.kinds(),
          abilities.lacks(),
          properties.length());
      log.info("Worker {} runs {}", id, abilities.kinds());
    } else if (!store.heartbeat(id, work.count())) {
      lose("worker " + id + " was declared dead");
      registered = false;
      id = WorkerId.random(); // a dead id never comes back
      beat();
      return;
    }
    renewedAt = sentAt;
    stand();
  }

  private void watch() {
    long lapse = properties.lapse().toNanos();
    while (!stoppedWithin(properties.heartbeat().toNanos() / 4)) {
      if (registered && !lapsed && System.nanoTime() - renewedAt > lapse) {
        lapsed = true;
        lose("the lease of worker " + id + " has lapsed: no heartbeat got through");
      }
    }
  }

  private void lose(String why) {
    log.warn("Interrupting what runs: {}", why);
    work.leaseLost();
  }

  private boolean stoppedWithin(long nanos) {
    try {
      return stopping.await(nanos, TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return true;
    }
  }
}
