package dev.offstage.scheduler.batch.run;

import dev.offstage.store.Transience;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps this node alive in PostgreSQL, and tells when it no longer is. */
final class BatchLease {
  private static final Logger log = LoggerFactory.getLogger(BatchLease.class);

  private final NodeStore store;
  private final BatchProperties properties;
  private final Running running;
  private final CountDownLatch stopping = new CountDownLatch(1);
  private volatile UUID id = UUID.randomUUID();
  private volatile boolean registered;
  private volatile long renewedAt = System.nanoTime();
  private @Nullable Thread renewer;
  private @Nullable Thread watchdog;

  /**
   * @param store over connections that no other work can exhaust
   */
  BatchLease(NodeStore store, BatchProperties properties, Running running) {
    this.store = store;
    this.properties = properties;
    this.running = running;
  }

  /** Who this node is now; another after it was declared dead. */
  UUID id() {
    return id;
  }

  /** Whether the node is entered, and no other may think it dead, by this node's own clock. */
  boolean stands() {
    return registered && System.nanoTime() - renewedAt < properties.lapse().toNanos();
  }

  void start() {
    renewer = Thread.ofPlatform().name("batch-lease").daemon().start(this::renew);
    watchdog = Thread.ofPlatform().name("batch-watchdog").daemon().start(this::watch);
  }

  /** Leaves; to be called once nothing runs any more. */
  void stop() {
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
    if (registered && !store.heartbeat(id)) {
      registered = false;
      running.lose("the node " + id + " was declared dead");
      id = UUID.randomUUID(); // a dead id never comes back
      sentAt = System.nanoTime();
    }
    if (!registered) {
      store.register(id, host(), ProcessHandle.current().pid(), properties.lease());
      registered = true;
    }
    renewedAt = sentAt;
  }

  private void watch() {
    while (!stoppedWithin(properties.heartbeat().toNanos() / 4)) {
      if (registered && !stands()) {
        running.lose("the lease of " + id + " has lapsed: no heartbeat got through");
      }
    }
  }

  private boolean stoppedWithin(long nanos) {
    try {
      return stopping.await(nanos, TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return true;
    }
  }

  private static String host() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "unknown";
    }
  }
}
