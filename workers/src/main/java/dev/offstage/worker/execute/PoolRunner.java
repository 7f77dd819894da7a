package dev.offstage.worker.execute;

import dev.offstage.store.Claim;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
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

  private final String name;
  private final int slots;
  private final Semaphore free;
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
   * Reserves slots, to be given to {@link #run}.
   *
   * @param jobs at most all the slots there are
   * @return false if there were not as many free in time
   */
  public boolean reserve(int jobs, Duration atMost) throws InterruptedException {
    return free.tryAcquire(jobs, atMost.toNanos(), TimeUnit.NANOSECONDS);
  }

  /** Waits until {@link #reserve} would find a slot. */
  public void awaitRoom() throws InterruptedException {
    free.acquire();
    free.release();
  }

  /**
   * Claims jobs whose slots are reserved, and runs those that it wins.
   *
   * @param answered called once it is known which were won: from then on the lease owns them
   */
  public void run(List<Claim> claims, Runnable answered) {
    var remaining = new AtomicInteger(claims.size());
    for (var claim : claims) {
      claimer
          .claim(claim)
          .whenCompleteAsync(
              (won, failure) -> {
                start(claim, won, failure);
                if (remaining.decrementAndGet() == 0) {
                  answered.run();
                }
              },
              VIRTUAL);
    }
  }

  private void start(
      Claim claim, @Nullable Optional<Claimer.Won> won, @Nullable Throwable failure) {
    if (failure != null || won == null || won.isEmpty()) {
      if (failure != null) {
        log.error("Could not claim job {}, it will fall due again", claim.id(), failure);
      }
      free.release();
      return;
    }
    runner.run(won.get(), threads, free::release);
  }
}
