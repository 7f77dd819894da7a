package dev.offstage.worker.media;

import dev.offstage.job.JobId;
import dev.offstage.worker.handler.TestContext;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.springframework.transaction.support.TransactionOperations;

/** A context that remembers how far it came; what stands around the commit can be set. */
class RecordingContext extends TestContext {
  final List<Double> fractions = new ArrayList<>();

  Runnable beforeCommit = () -> {};
  Runnable afterCommit = () -> {};

  RecordingContext(TransactionOperations transactions, JobId job, int claimNo) {
    super(job, "acme", transactions);
    this.claimNo = claimNo;
  }

  @Override
  public void progress(double fraction, String note) {
    super.progress(fraction, note);
    fractions.add(fraction);
  }

  @Override
  public <T> T inTransaction(Supplier<T> work) {
    beforeCommit.run();
    T result = super.inTransaction(work);
    afterCommit.run();
    return result;
  }
}
