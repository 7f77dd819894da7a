package dev.offstage.worker.execute;

import dev.offstage.job.JobId;
import dev.offstage.store.Claim;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One pool on this worker: its slots, and the threads that its jobs run on. */
public final class PoolRunner {
  private static final Logger log = LoggerFactory.getLogger(PoolRunner.class);
  private static final Executor VIRTUAL = Executors.newVirtualThreadPerTaskExecutor();

  /**
   * A slot is free again when its handler has ended: to hold it until the settlement is committed
   * would let short jobs wait for the disk. How many may wait for that at once is bounded, too.
   */
  private static final int UNSETTLED = 1_000;

  private final String name;
  private final int slots;
  private final Semaphore free;

  /** Jobs that are claimed and not yet settled. */
  private final Semaphore held;

  private final Executor threads;
  private final Claimer claimer;
  private final JobRunner runner;

  PoolRunner(
      String name,
      ExecuteProperties.Pool properties,
      Claimer claimer,
      JobRunner runner,
      MeterRegistry meters) {
    this.name = name;
    this.slots = properties.slotsOrDefault();
    this.free = new Semaphore(slots);
    this.held = new Semaphore(slots + UNSETTLED);
    this.threads =
        properties.threads() == ExecuteProperties.Threads.VIRTUAL
            ? VIRTUAL
            : Executors.newFixedThreadPool(
                slots, Thread.ofPlatform().name(name + "-", 1).daemon().factory());
    this.claimer = claimer;
    this.runner = runner;
    meters.gauge(
        "offstage.worker.running",
        List.of(Tag.of("pool", name)),
        free,
        permits -> slots - permits.availablePermits());
  }

  public String name() {
    return name;
  }

  /** How many jobs it runs at once. */
  public int slots() {
    return slots;
  }

  /**
   * Reserves slots, to be given to {@link #run}. Waits for the first only, so that no slot stands
   * idle until others are free beside it.
   *
   * @return how many of {@code jobs}; none if no slot came free in time
   */
  public int reserve(int jobs, Duration atMost) throws InterruptedException {
    long until = System.nanoTime() + atMost.toNanos();
    if (!held.tryAcquire(atMost.toNanos(), TimeUnit.NANOSECONDS)) {
      return 0;
    }
    if (!free.tryAcquire(until - System.nanoTime(), TimeUnit.NANOSECONDS)) {
      held.release();
      return 0;
    }
    int reserved = 1;
    while (reserved < jobs && held.tryAcquire()) {
      if (!free.tryAcquire()) {
        held.release();
        break;
      }
      reserved++;
    }
    return reserved;
  }

  /** Waits until {@link #reserve} would find one. */
  public void awaitRoom() throws InterruptedException {
    held.acquire();
    held.release();
    free.acquire();
    free.release();
  }

  /** How the claims of a message came out. */
  public interface Answered {
    /**
     * It is known which were won: from then on the lease owns them.
     *
     * @param strays jobs that are still to be had, but not by this worker
     */
    void answered(Set<JobId> strays);
  }

  /** Claims jobs whose slots are reserved, and runs those that it wins. */
  public void run(List<Claim> claims, Answered answered) {
    var strays = ConcurrentHashMap.<JobId>newKeySet();
    var remaining = new AtomicInteger(claims.size());
    for (var claim : claims) {
      claimer
          .claim(claim)
          .whenComplete(
              (answer, failure) -> {
                if (start(claim, answer, failure) instanceof Claimer.Lost(boolean stray) && stray) {
                  strays.add(claim.id());
                }
                if (remaining.decrementAndGet() == 0) {
                  // The broker may let its caller wait; the thread that claims must not.
                  VIRTUAL.execute(() -> answered.answered(strays));
                }
              });
    }
  }

  private Claimer.@Nullable Answer start(
      Claim claim, Claimer.@Nullable Answer answer, @Nullable Throwable failure) {
    if (failure != null) {
      log.error("Could not claim job {}, it will fall due again", claim.id(), failure);
    }
    if (answer instanceof Claimer.Won won) {
      runner.run(won, threads, new JobRunner.Slot(free::release, held::release));
    } else {
      free.release();
      held.release();
    }
    return answer;
  }
}
