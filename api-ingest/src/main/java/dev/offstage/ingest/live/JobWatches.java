package dev.offstage.ingest.live;

import dev.offstage.job.JobId;
import dev.offstage.live.Listeners;
import dev.offstage.live.LiveUpdates;
import dev.offstage.problem.ProblemType;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;

/**
 * All watches of this node, and the one loop that asks PostgreSQL for them: at once for jobs that a
 * live update hints at, and once a second for all.
 */
@Component
public final class JobWatches implements SmartLifecycle {
  private static final Logger log = LoggerFactory.getLogger(JobWatches.class);
  private static final Duration POLL = Duration.ofSeconds(1);

  /** Well within what a note of who listens holds. */
  private static final int POLLS_A_NOTE = 5;

  private record Watched(Set<JobWatch> watches, LiveUpdates.Subscription subscription) {}

  private final JobVersions versions;
  private final LiveUpdates updates;
  private final Listeners listeners;
  private final LiveProperties properties;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition hinted = lock.newCondition();
  private final Map<JobId, Watched> watched = new HashMap<>();
  private final Map<String, Integer> perTenant = new HashMap<>();
  private final Set<JobId> hints = new HashSet<>();
  private int open;
  private boolean running;

  JobWatches(
      JobVersions versions,
      LiveUpdates updates,
      Listeners listeners,
      LiveProperties properties,
      MeterRegistry meters) {
    this.versions = versions;
    this.updates = updates;
    this.listeners = listeners;
    this.properties = properties;
    Gauge.builder("offstage.live.watches", this, JobWatches::open)
        .description("Event streams and long polls that are open on this node")
        .register(meters);
  }

  /**
   * Opens a watch; the caller closes it.
   *
   * @throws dev.offstage.problem.ProblemException if there are too many
   */
  public JobWatch open(JobId job, String tenant) {
    var watch = new JobWatch(job, tenant, this);
    lock.lock();
    try {
      admit(tenant);
      var there = watched.get(job);
      if (there == null) {
        there = new Watched(new HashSet<>(), updates.subscribe(job, () -> hint(job)));
        watched.put(job, there);
      }
      there.watches().add(watch);
      open++;
      perTenant.merge(tenant, 1, Integer::sum);
      if (!running) {
        watch.end();
      }
    } finally {
      lock.unlock();
    }
    return watch;
  }

  private void admit(String tenant) {
    if (open >= properties.maxWatches()) {
      throw ProblemType.UNAVAILABLE
          .because("Too many clients wait for jobs here; please poll, or try again shortly.")
          .retryAfter(Duration.ofSeconds(5));
    }
    if (perTenant.getOrDefault(tenant, 0) >= properties.maxWatchesPerTenant()) {
      throw ProblemType.TOO_MANY_REQUESTS
          .because(
              "More than %d streams and long polls at once (expected: at most that many)."
                  .formatted(properties.maxWatchesPerTenant()))
          .retryAfter(Duration.ofSeconds(5));
    }
  }

  void follow(JobWatch watch) {
    listeners.listening(List.of(watch.job()));
  }

  void close(JobWatch watch) {
    if (watch.isForsaken()) {
      listeners.gone(watch.job());
    }
    lock.lock();
    try {
      var there = watched.get(watch.job());
      if (there == null || !there.watches().remove(watch)) {
        return;
      }
      if (there.watches().isEmpty()) {
        watched.remove(watch.job());
        there.subscription().close();
      }
      open--;
      perTenant.computeIfPresent(watch.tenant(), (id, count) -> count == 1 ? null : count - 1);
    } finally {
      lock.unlock();
    }
  }

  /** How many watches are open. */
  int open() {
    lock.lock();
    try {
      return open;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void start() {
    lock.lock();
    try {
      running = true;
      Thread.ofVirtual().name("job-watches").start(this::loop);
    } finally {
      lock.unlock();
    }
  }

  /** Ends all waits, so that their requests end well before the server is stopped. */
  @Override
  public void stop() {
    lock.lock();
    try {
      running = false;
      hinted.signalAll();
      watched.values().forEach(each -> each.watches().forEach(JobWatch::end));
    } finally {
      lock.unlock();
    }
  }

  @Override
  public boolean isRunning() {
    lock.lock();
    try {
      return running;
    } finally {
      lock.unlock();
    }
  }

  private void hint(JobId job) {
    lock.lock();
    try {
      hints.add(job);
      hinted.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void loop() {
    long pollAt = System.nanoTime();
    int polls = 0;
    try {
      while (isRunning()) {
        boolean all = System.nanoTime() - pollAt >= 0;
        if (all) {
          pollAt = System.nanoTime() + POLL.toNanos();
          if (++polls % POLLS_A_NOTE == 0) {
            listeners.listening(followed());
          }
        }
        ask(next(all, pollAt));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private List<JobId> followed() {
    lock.lock();
    try {
      return watched.entrySet().stream()
          .filter(each -> each.getValue().watches().stream().anyMatch(JobWatch::isFollowed))
          .map(Map.Entry::getKey)
          .toList();
    } finally {
      lock.unlock();
    }
  }

  /**
   * What to ask for now: everything, or what was hinted at, waiting for that until the next poll.
   */
  private Collection<JobId> next(boolean all, long pollAt) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      if (all) {
        hints.clear();
        return new ArrayList<>(watched.keySet());
      }
      long left = pollAt - System.nanoTime();
      while (running && hints.isEmpty() && left > 0) {
        left = hinted.awaitNanos(left);
      }
      var jobs = new ArrayList<>(hints);
      hints.clear();
      return jobs;
    } finally {
      lock.unlock();
    }
  }

  private void ask(Collection<JobId> jobs) {
    if (jobs.isEmpty()) {
      return;
    }
    try {
      versions.of(jobs).forEach((job, version) -> watchesOf(job).forEach(w -> w.tell(version)));
    } catch (DataAccessException e) {
      log.warn("Cannot ask for {} watched jobs; will ask again: {}", jobs.size(), e.toString());
    }
  }

  private List<JobWatch> watchesOf(JobId job) {
    lock.lock();
    try {
      var there = watched.get(job);
      return there == null ? List.of() : List.copyOf(there.watches());
    } finally {
      lock.unlock();
    }
  }
}
