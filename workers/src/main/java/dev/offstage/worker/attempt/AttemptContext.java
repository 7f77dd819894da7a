package dev.offstage.worker.attempt;

import dev.offstage.job.JobId;
import dev.offstage.live.LiveUpdates;
import dev.offstage.store.JobNotes;
import dev.offstage.store.JobStore;
import dev.offstage.store.Transience;
import dev.offstage.worker.handler.ClaimLostException;
import dev.offstage.worker.handler.JobContext;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.transaction.support.TransactionOperations;
import tools.jackson.databind.json.JsonMapper;

/** A {@link JobContext} over the stores; every write is fenced by the attempt's claim. */
public final class AttemptContext implements JobContext {
  private static final Duration PROGRESS_EVERY = Duration.ofMillis(500);

  /** Where contexts write. */
  public record Stores(
      JobStore jobs,
      JobNotes notes,
      TransactionOperations transactions,
      LiveUpdates live,
      JsonMapper json) {}

  private final Attempt attempt;
  private final Stores stores;
  private final AttemptLog log;
  private final AttemptSteps steps;
  private long toldAt;

  public AttemptContext(Attempt attempt, Stores stores, AttemptLog log) {
    this.attempt = attempt;
    this.stores = stores;
    this.log = log;
    this.steps = new AttemptSteps(attempt, stores.notes(), stores.json());
    this.toldAt = System.nanoTime() - PROGRESS_EVERY.toNanos();
  }

  @Override
  public JobId jobId() {
    return attempt.job().id();
  }

  @Override
  public String tenant() {
    return attempt.job().tenant();
  }

  @Override
  public @Nullable String owner() {
    return attempt.job().owner();
  }

  @Override
  public int attempt() {
    return attempt.job().attempt();
  }

  @Override
  public int claimNo() {
    return attempt.job().claimNo();
  }

  @Override
  public Duration timeLeft() {
    return attempt.timeLeft();
  }

  @Override
  public boolean isCancelled() {
    return attempt.interruption() != null;
  }

  @Override
  public void progress(double fraction, String note) {
    long now = System.nanoTime();
    if (now - toldAt < PROGRESS_EVERY.toNanos()) {
      return;
    }
    toldAt = now;
    try {
      double within = Math.clamp(fraction, 0, 1);
      if (!stores.jobs().progress(attempt.worker(), jobId(), claimNo(), within, note)) {
        throw new ClaimLostException(jobId());
      }
      stores.live().publish(List.of(jobId()));
    } catch (RuntimeException e) {
      // Progress is for people: it may be late, but must not fail what it tells of.
      if (!Transience.of(e)) {
        throw e;
      }
    }
  }

  @Override
  public void log(String line) {
    log.add(line);
  }

  @Override
  public <T> T step(String name, Class<T> type, Callable<T> work) throws Exception {
    return steps.step(name, type, work);
  }

  @Override
  public void step(String name, Work work) throws Exception {
    steps.step(name, work);
  }

  @Override
  public Map<String, String> parentResults() {
    return stores.notes().parentResults(jobId());
  }

  @Override
  public <T> T inTransaction(Supplier<T> work) {
    return stores
        .transactions()
        .execute(
            status -> {
              if (!stores.jobs().fence(attempt.worker(), jobId(), claimNo())) {
                throw new ClaimLostException(jobId());
              }
              return work.get();
            });
  }
}
