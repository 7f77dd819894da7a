package dev.offstage.bench.agent;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/** What every handler does, and what of it the bench asks for afterwards. */
final class Handled {
  private static final int KEPT = 100_000;
  private static final Tally TALLY = Tally.ofThisProcess();

  /** What a job does beside being counted. */
  private enum Work {
    NOTHING,
    SLEEP,
    BURN
  }

  private final AtomicInteger count = new AtomicInteger();
  private final AtomicLong first = new AtomicLong();
  private final long[] waits = new long[KEPT];
  private volatile Work work = Work.NOTHING;
  private volatile long workNanos;

  /** Adds what this can tell to an agent. */
  Agent addTo(Agent agent) {
    return addTo(agent, "");
  }

  /**
   * @param prefix of its commands
   */
  Agent addTo(Agent agent, String prefix) {
    return agent
        .with(prefix + "forget", words -> forget())
        .with(prefix + "handled", words -> count.get() + " " + first.get())
        .with(prefix + "waits", words -> waits())
        .with(prefix + "work", words -> work(words));
  }

  /** Runs a job whose caller had its payload at that time. */
  void run(long at) {
    long now = System.nanoTime();
    TALLY.add();
    int n = count.getAndIncrement();
    if (n == 0) {
      first.set(now);
    }
    if (n < KEPT) {
      waits[n] = now - at;
    }
    switch (work) {
      case NOTHING -> {}
      case SLEEP -> LockSupport.parkNanos(workNanos);
      case BURN -> {
        while (System.nanoTime() - now < workNanos) {
          Thread.onSpinWait();
        }
      }
    }
  }

  private String forget() {
    count.set(0);
    first.set(0);
    return "";
  }

  /** How long jobs waited: p50 and p99 in ns. */
  private String waits() {
    var sorted = Arrays.copyOf(waits, Math.min(count.get(), KEPT));
    Arrays.sort(sorted);
    return percentile(sorted, 0.5) + " " + percentile(sorted, 0.99);
  }

  static long percentile(long[] sorted, double share) {
    return sorted[Math.max(0, (int) Math.ceil(share * sorted.length) - 1)];
  }

  private String work(List<String> words) {
    work = Work.valueOf(words.get(0));
    workNanos = TimeUnit.MILLISECONDS.toNanos(Load.number(words, 1));
    return "";
  }
}
