package dev.offstage.worker.media;

import dev.offstage.job.JobId;
import dev.offstage.worker.handler.JobContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.transaction.support.TransactionOperations;

/** A context that remembers what it is told; what stands around the commit can be set. */
class RecordingContext implements JobContext {
  final List<String> notes = new ArrayList<>();
  final List<Double> fractions = new ArrayList<>();
  private final TransactionOperations transactions;
  private final JobId job;
  private final int claimNo;

  Runnable beforeCommit = () -> {};
  Runnable afterCommit = () -> {};
  @Nullable String owner;

  RecordingContext(TransactionOperations transactions, JobId job, int claimNo) {
    this.transactions = transactions;
    this.job = job;
    this.claimNo = claimNo;
  }

  static JobId job() {
    return new JobId(UUID.randomUUID());
  }

  @Override
  public JobId jobId() {
    return job;
  }

  @Override
  public String tenant() {
    return "acme";
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
  public void log(String line) {
    notes.add(line);
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
  public void progress(double fraction, String note) {
    fractions.add(fraction);
    notes.add(note);
  }

  @Override
  public <T> T inTransaction(Supplier<T> work) {
    beforeCommit.run();
    T result = transactions.execute(status -> work.get());
    afterCommit.run();
    return result;
  }
}
