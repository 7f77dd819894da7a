package dev.offstage.scheduler.batch.run;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Declares nodes dead whose lease has lapsed. It counts only time in which they could write a
 * heartbeat: after PostgreSQL was away, for this node or for all, it waits a whole lease first.
 */
final class Burial {
  private static final Logger log = LoggerFactory.getLogger(Burial.class);
  private static final long FORGET_EVERY = TimeUnit.HOURS.toNanos(1);
  private static final Duration FORGET_AFTER = Duration.ofDays(1);

  private final NodeStore store;
  private long connectedSince = System.nanoTime();
  private boolean away = true;
  private long forgotAt = System.nanoTime();

  /**
   * @param store over connections that no other work can exhaust
   */
  Burial(NodeStore store) {
    this.store = store;
  }

  void away() {
    away = true;
  }

  NodeStore.Health round() {
    long asked = System.nanoTime();
    var health = store.health();
    long answered = System.nanoTime();
    if (away || answered - asked > health.longestLease().dividedBy(4).toNanos()) {
      away = false;
      connectedSince = answered;
    }
    if (health.lapsed()
        && answered - connectedSince > health.longestLease().toNanos()
        && health.serverUptime().compareTo(health.longestLease()) > 0) {
      store
          .buryLapsed()
          .forEach(node -> log.warn("The node {} is dead: its lease has lapsed", node));
    }
    if (answered - forgotAt > FORGET_EVERY) {
      forgotAt = answered;
      store.forgetEnded(FORGET_AFTER);
    }
    return health;
  }
}
