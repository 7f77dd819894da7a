package dev.offstage.scheduler.batch.run;

import dev.offstage.scheduler.batch.run.RunStore.Live;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.dao.DataAccessException;

/**
 * This node's part in running batches: it takes what waits, stops what is to stop, begins the days
 * of ranges, and takes over what dead nodes have left. Every step is guarded, so that any number of
 * nodes may do the same.
 */
final class BatchNode implements SmartLifecycle {
  private static final Logger log = LoggerFactory.getLogger(BatchNode.class);

  /** Live executions that are looked at in a round, the oldest: many times what all nodes run. */
  private static final int LOOKED_AT = 1_000;

  private final BatchProperties properties;
  private final BatchLease lease;
  private final Burial burial;
  private final Running running;
  private final Work work;
  private final Bell bell;
  private volatile boolean stopping;
  private @Nullable Thread thread;

  /** What the node works with. */
  record Work(
      RunStore runs, Catalog catalog, Ranges ranges, Recovery recovery, Launcher launcher) {}

  BatchNode(
      BatchProperties properties,
      BatchLease lease,
      Burial burial,
      Running running,
      Work work,
      Bell bell) {
    this.properties = properties;
    this.lease = lease;
    this.burial = burial;
    this.running = running;
    this.work = work;
    this.bell = bell;
  }

  @Override
  public void start() {
    if (properties.atOnce() == 0) {
      return;
    }
    lease.start();
    thread = Thread.ofVirtual().name("batches").start(this::run);
  }

  /** What runs ends its chunk, and goes on elsewhere. */
  @Override
  public void stop() {
    stopping = true;
    bell.ring();
    var started = thread;
    thread = null;
    if (started == null) {
      return;
    }
    try {
      started.join();
      running.shutDown(properties.grace());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    lease.stop();
  }

  @Override
  public boolean isRunning() {
    return thread != null;
  }

  private void run() {
    try {
      while (!stopping) {
        try {
          round();
        } catch (DataAccessException e) {
          burial.away();
          log.warn("PostgreSQL is away, trying again: {}", e.getMessage());
        } catch (RuntimeException e) {
          log.error("A round of batches failed, trying again", e);
        }
        bell.await(properties.every());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void round() {
    var health = burial.round();
    if (!lease.stands()) {
      return;
    }
    if (health.ranges()) {
      work.ranges().advance();
    }
    if (health.ranges() || health.runs()) {
      lookAfter();
    }
  }

  private void lookAfter() {
    var node = lease.id();
    var mine = running.executions();
    for (var live : work.runs().live(LOOKED_AT)) {
      if (live.node() == null) {
        take(live, node);
      } else if (mine.contains(live.execution())) {
        if (live.stop()) {
          running.stop(live.execution());
        }
      } else if (!live.nodeAlive() || live.node().equals(node)) {
        takeOver(live, node);
      }
    }
  }

  private void take(Live live, UUID node) {
    if (!stopping
        && running.busy() < properties.atOnce()
        && work.catalog().find(live.batch()) != null
        && work.runs().take(live.execution(), node)) {
      work.launcher().launch(live.execution(), node);
    }
  }

  /** One that cannot be taken over keeps none of the others from it. */
  private void takeOver(Live live, UUID node) {
    try {
      work.recovery().takeOver(live.execution(), node);
      bell.ring();
    } catch (DataAccessException e) {
      log.warn("The execution {} is not taken over yet: {}", live.execution(), e.getMessage());
    }
  }
}
