package dev.offstage.worker.execute;

import dev.offstage.job.JobId;
import dev.offstage.live.LiveUpdates;
import dev.offstage.store.JobStore;
import dev.offstage.store.Transience;
import dev.offstage.worker.handler.ClaimLostException;
import dev.offstage.worker.handler.JobContext;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.transaction.support.TransactionOperations;

/** A {@link JobContext} over the stores; every write is fenced by the attempt's claim. */
final class AttemptContext implements JobContext {
  private static final Duration PROGRESS_EVERY = Duration.ofMillis(500);

  private final Attempt attempt;
  private final JobStore store;
  private final TransactionOperations transactions;
  private final LiveUpdates live;
  private long toldAt;

  AttemptContext(
      Attempt attempt, JobStore store, TransactionOperations transactions, LiveUpdates live) {
    this.attempt = attempt;
    this.store = store;
    this.transactions = transactions;
    this.live = live;
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
    return attempt.job().timeout().minusNanos(System.nanoTime() - attempt.startedAt());
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
      if (!store.progress(attempt.worker(), jobId(), claimNo(), within, note)) {
        throw new ClaimLostException(jobId());
      }
      live.publish(List.of(jobId()));
    } catch (RuntimeException e) {
      // Progress is for people: it may be late, but must not fail what it tells of.
      if (!Transience.of(e)) {
        throw e;
      }
    }
  }

  @Override
  public <T> T inTransaction(Supplier<T> work) {
    return transactions.execute(
        status -> {
          if (!store.fence(attempt.worker(), jobId(), claimNo())) {
            throw new ClaimLostException(jobId());
          }
          return work.get();
        });
  }
}
