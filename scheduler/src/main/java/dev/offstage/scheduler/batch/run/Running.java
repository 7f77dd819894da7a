package dev.offstage.scheduler.batch.run;

import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The executions that run in this process, and which of them are to end. */
final class Running {
  private static final Logger log = LoggerFactory.getLogger(Running.class);

  /** Why an execution is to end. */
  enum Why {
    STOPPED,
    SHUTDOWN,
    /** Another node may have it by now: nothing of it may be written. */
    LOST
  }

  /** An execution, from before its thread begins to after it has ended. */
  static final class Entry {
    private final long execution;
    private final UUID node;
    private final CountDownLatch ending = new CountDownLatch(1);
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile @Nullable Why why;
    private volatile @Nullable Thread thread;
    private volatile boolean resting;

    private Entry(long execution, UUID node) {
      this.execution = execution;
      this.node = node;
    }

    long execution() {
      return execution;
    }

    /** Whose it was when it began. */
    UUID node() {
      return node;
    }

    @Nullable Why why() {
      return why;
    }

    boolean isEnding() {
      return why != null;
    }

    void rest(Duration atMost) throws InterruptedException {
      resting = true;
      try {
        boolean unused = ending.await(atMost.toNanos(), TimeUnit.NANOSECONDS);
      } finally {
        resting = false;
      }
    }

    private synchronized void end(Why because) {
      if (why == null || because == Why.LOST) {
        why = because;
      }
      ending.countDown();
    }

    private void interrupt() {
      var running = thread;
      if (running != null) {
        running.interrupt();
      }
    }
  }

  private final Map<Long, Entry> entries = new ConcurrentHashMap<>();

  Entry enter(long execution, UUID node) {
    var entry = new Entry(execution, node);
    if (entries.putIfAbsent(execution, entry) != null) {
      throw new IllegalStateException("The execution " + execution + " runs already");
    }
    return entry;
  }

  void begin(Entry entry, Thread thread) {
    entry.thread = thread;
    thread.start();
  }

  void leave(Entry entry) {
    entries.remove(entry.execution, entry);
    entry.ended.countDown();
  }

  @Nullable Entry find(long execution) {
    return entries.get(execution);
  }

  Set<Long> executions() {
    return Set.copyOf(entries.keySet());
  }

  int count() {
    return entries.size();
  }

  /** Without those that rest: one that waits for its jobs for hours keeps no other from running. */
  int busy() {
    return (int) entries.values().stream().filter(entry -> !entry.resting).count();
  }

  /** At the end of its chunk. */
  void stop(long execution) {
    var entry = entries.get(execution);
    if (entry != null && !entry.isEnding()) {
      log.info("Stopping the execution {}", execution);
      entry.end(Why.STOPPED);
    }
  }

  /** Everything, at once: whatever it still writes is refused. */
  void lose(String because) {
    for (var entry : entries.values()) {
      if (entry.why != Why.LOST) {
        log.warn("Interrupting the execution {}: {}", entry.execution, because);
        entry.end(Why.LOST);
        entry.interrupt();
      }
    }
  }

  /** Everything, at the end of its chunk; what takes longer than {@code grace} is interrupted. */
  void shutDown(Duration grace) throws InterruptedException {
    entries.values().forEach(entry -> entry.end(Why.SHUTDOWN));
    long end = System.nanoTime() + grace.toNanos();
    for (var entry : entries.values()) {
      if (!entry.ended.await(end - System.nanoTime(), TimeUnit.NANOSECONDS)) {
        entry.interrupt();
      }
    }
  }
}
