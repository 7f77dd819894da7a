package dev.offstage.worker.destination;

import dev.offstage.job.JobId;
import dev.offstage.worker.handler.JobContext;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** An attempt with a minute's time and no database. */
record TestContext(JobId jobId) implements JobContext {
  static JobId job() {
    return new JobId(UUID.randomUUID());
  }

  @Override
  public String tenant() {
    return "acme";
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
    return work.get();
  }
}
