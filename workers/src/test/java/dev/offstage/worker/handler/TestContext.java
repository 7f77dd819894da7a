package dev.offstage.worker.handler;

import dev.offstage.job.JobId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.transaction.support.TransactionOperations;

/** An attempt with a minute's time, which remembers what it is told and can lose its claim. */
public class TestContext implements JobContext {
  private final JobId job;
  private final String tenant;
  private final TransactionOperations transactions;

  /** What was logged, and noted of its progress. */
  public final List<String> lines = new ArrayList<>();

  public @Nullable String owner;
  public int claimNo = 1;

  /** How many more transactions commit before the worker is dead. */
  public int commits = Integer.MAX_VALUE;

  public TestContext(JobId job, String tenant, TransactionOperations transactions) {
    this.job = job;
    this.tenant = tenant;
    this.transactions = transactions;
  }

  /** Of a job that is in no database. */
  public static TestContext of(JobId job, String tenant) {
    return new TestContext(job, tenant, TransactionOperations.withoutTransaction());
  }

  public static JobId job() {
    return new JobId(UUID.randomUUID());
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
    return claimNo;
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
