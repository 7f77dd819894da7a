package dev.offstage.worker.onward;

import dev.offstage.job.JobId;
import dev.offstage.worker.handler.ClaimLostException;
import dev.offstage.worker.handler.JobContext;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** An attempt that owns its job, or has lost it. */
record Attempt(String tenant, boolean lost) implements JobContext {
  @Override
  public JobId jobId() {
    return new JobId(UUID.fromString("0190a1b2-0000-7000-8000-000000000000"));
  }

  @Override
  public @Nullable String owner() {
    return null;
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
  public void progress(double fraction, String note) {}

  @Override
  public void log(String line) {}

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
    if (lost) {
      throw new ClaimLostException(jobId());
    }
    return work.get();
  }
}
