package dev.offstage.e2e.engine;

import dev.offstage.job.JobFailure;
import dev.offstage.job.JobId;
import dev.offstage.job.JobKind;
import dev.offstage.job.Outcome;
import dev.offstage.worker.handler.JobContext;
import dev.offstage.worker.handler.JobHandler;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Handlers that do what their payload says, and a ledger of what ran. */
@Configuration(proxyBeanMethods = false)
class ProbeHandlers {
  static final JobKind PROBE = new JobKind("probe");
  static final JobKind STUBBORN = new JobKind("probe.stubborn");

  /** One run of one attempt. */
  record Run(JobId job, int attempt, int claimNo, String trace) {}

  static final Queue<Run> RUNS = new ConcurrentLinkedQueue<>();

  static List<Run> runs(JobId job) {
    return RUNS.stream().filter(run -> run.job().equals(job)).toList();
  }

  /**
   * @param failures fail the first so many attempts
   * @param millis sleep so long
   * @param permanent discard
   */
  record Probe(@Nullable Integer failures, @Nullable Long millis, @Nullable Boolean permanent) {}

  @Bean
  JobHandler<Probe> probe() {
    return new ProbeHandler(PROBE);
  }

  @Bean
  JobHandler<Probe> stubborn() {
    return new ProbeHandler(STUBBORN) {
      @Override
      void sleep(long millis) {
        long until = System.nanoTime() + millis * 1_000_000;
        while (System.nanoTime() < until) {
          Thread.onSpinWait(); // heeds no interrupt
        }
      }
    };
  }

  private static class ProbeHandler implements JobHandler<Probe> {
    private final JobKind kind;

    ProbeHandler(JobKind kind) {
      this.kind = kind;
    }

    @Override
    public JobKind kind() {
      return kind;
    }

    @Override
    public Class<Probe> payloadType() {
      return Probe.class;
    }

    void sleep(long millis) throws InterruptedException {
      Thread.sleep(millis);
    }

    @Override
    public Outcome run(Probe payload, JobContext context) throws Exception {
      var trace = MDC.get("traceId");
      RUNS.add(
          new Run(
              context.jobId(), context.attempt(), context.claimNo(), trace == null ? "" : trace));
      context.progress(0.5, "half");
      sleep(Objects.requireNonNullElse(payload.millis(), 0L));
      if (Boolean.TRUE.equals(payload.permanent())) {
        return new Outcome.Discard(new JobFailure("told-so", "the payload says so"));
      }
      if (context.attempt() <= Objects.requireNonNullElse(payload.failures(), 0)) {
        return new Outcome.Retry(new JobFailure("not-yet", "try again"), Duration.ofMillis(50));
      }
      return new Outcome.Complete("{\"attempt\":" + context.attempt() + "}");
    }
  }
}
