package dev.offstage.worker.media;

import dev.offstage.job.JobId;
import dev.offstage.worker.handler.JobContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
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
