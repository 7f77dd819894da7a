package dev.offstage.client;

import dev.offstage.job.JobId;
import dev.offstage.job.JobState;
import dev.offstage.live.LiveUpdates;
import dev.offstage.queue.Hints;
import dev.offstage.store.JobVerbs;
import dev.offstage.store.JobVerbs.Redriven;
import dev.offstage.store.Transience;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * What owners and operators do to jobs, and lets everybody know who waits for it. Takes part in the
 * transaction that is under way on this thread, where there is one.
 */
@Component
public class JobControl {
  /** Deadlocks and connections that broke pass. */
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final JobVerbs verbs;
  private final Announcer announcer;
  private final LiveUpdates live;
  private final Hints hints;

  JobControl(JobVerbs verbs, Announcer announcer, LiveUpdates live, Hints hints) {
    this.verbs = verbs;
    this.announcer = announcer;
    this.live = live;
    this.hints = hints;
  }

  /**
   * Cancels a job: at once where it does not run, and else by asking its worker.
   *
   * @return its state now, {@code RUNNING} while the worker is being asked; empty if the caller has
   *     no such job
   */
  public Optional<JobState> cancel(JobId id, String tenant, @Nullable String owner, String reason) {
    return Optional.ofNullable(cancelAll(List.of(id), tenant, owner, reason).get(id));
  }

  /** Cancels jobs; the states are of those that there are. */
  public Map<JobId, JobState> cancelAll(
      Collection<JobId> ids, String tenant, @Nullable String owner, String reason) {
    var cancelled = patiently(() -> verbs.cancel(ids, tenant, owner, reason));
    Announcer.afterCommit(
        () -> {
          live.publish(cancelled.states().keySet());
          announcer.announceTouched(cancelled.touched());
        });
    return cancelled.states();
  }

  /**
   * Lets a job that waits for a time, or for its next attempt, fall due now.
   *
   * @return false if the tenant has no such job
   */
  public boolean hasten(JobId id, String tenant) {
    var pools = patiently(() -> verbs.hasten(List.of(id), tenant));
    Announcer.afterCommit(
        () -> {
          live.publish(pools.keySet());
          pools.values().forEach(hints::due);
        });
    return !pools.isEmpty();
  }

  /**
   * Lets discarded and cancelled jobs start anew.
   *
   * @param spacing between one falling due and the next
   */
  public Redriven redrive(Collection<JobId> ids, String tenant, Duration spacing) {
    var redriven = patiently(() -> verbs.redrive(ids, tenant, spacing));
    Announcer.afterCommit(
        () -> {
          live.publish(redriven.redriven());
          redriven.duePools().forEach(hints::due);
        });
    return redriven;
  }

  /** In a transaction of the caller's, only the whole of that can be tried again. */
  private static <T> T patiently(Supplier<T> verb) {
    return TransactionSynchronizationManager.isActualTransactionActive()
        ? verb.get()
        : Transience.patiently(PATIENCE, verb);
  }
}
