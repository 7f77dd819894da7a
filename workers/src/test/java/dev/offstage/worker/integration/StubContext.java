package dev.offstage.worker.integration;

import dev.offstage.job.JobId;
import dev.offstage.worker.handler.ClaimLostException;
import dev.offstage.worker.handler.JobContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.transaction.support.TransactionOperations;

/** A context of a job of a test; it can be told to lose its claim. */
public final class StubContext implements JobContext {
  private final JobId job;
  private final String tenant;
  private final @Nullable String owner;
  private final TransactionOperations transactions;
  public final List<String> lines = new ArrayList<>();

  /** How many more transactions commit before the worker is dead. */
  public int commits = Integer.MAX_VALUE;

  public StubContext(
      JobId job, String tenant, @Nullable String owner, TransactionOperations transactions) {
    this.job = job;
    this.tenant = tenant;
    this.owner = owner;
    this.transactions = transactions;
  }

  @Override
  public JobId jobId() {
    return job;
  }

  @Override
  public String tenant() {
    return tenant;
  }

  @Override
  public @Nullable String owner() {
    return owner;
  }

  @Override
  public int attempt() {
    return 1;
  }

  @Override
  public int claimNo() {
    return 1;
  }

  @Override
  public Duration timeLeft() {
    return Duration.ofMinutes(1);
  }

  @Override
  public boolean isCancelled() {
    return false;
  }

  @Override
  public void progress(double fraction, String note) {
    lines.add(note);
  }

  @Override
  public void log(String line) {
    lines.add(line);
  }

  @Override
  public <T> T step(String name, Class<T> type, Callable<T> work) throws Exception {
    return work.call();
  }

  @Override
  public void step(String name, Work work) throws Exception {
    work.run();
  }

  @Override
  public Map<String, String> parentResults() {
    return Map.of();
  }

  @Override
  public <T> T inTransaction(Supplier<T> work) {
    if (commits-- <= 0) {
      throw new ClaimLostException(job);
    }
    return transactions.execute(status -> work.get());
  }
}
