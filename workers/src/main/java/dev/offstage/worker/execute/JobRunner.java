package dev.offstage.worker.execute;

import dev.offstage.client.Announcer;
import dev.offstage.job.JobFailure;
import dev.offstage.job.Outcome;
import dev.offstage.live.LiveUpdates;
import dev.offstage.store.ClaimedJob;
import dev.offstage.store.JobStore;
import dev.offstage.store.Settlement;
import dev.offstage.store.WorkerId;
import dev.offstage.trace.JobTraces;
import dev.offstage.worker.handler.ClaimLostException;
import dev.offstage.worker.handler.JobHandler;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;
import org.springframework.transaction.support.TransactionOperations;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** Runs one claimed job from decode to settle. */
final class JobRunner {
  private static final Logger log = LoggerFactory.getLogger(JobRunner.class);

  private final Handlers handlers;
  private final Running running;
  private final Settler settler;
  private final JobStore store;
  private final TransactionOperations transactions;
  private final LiveUpdates live;
  private final JobTraces traces;
  private final JsonMapper json;
  private final MeterRegistry meters;
  private final ScheduledExecutorService timeouts;

  JobRunner(Parts parts, Running running, Settler settler, ScheduledExecutorService timeouts) {
    this.handlers = parts.handlers();
    this.running = running;
    this.settler = settler;
    this.store = parts.store();
    this.transactions = parts.transactions();
    this.live = parts.live();
    this.traces = parts.traces();
    this.json = parts.json();
    this.meters = parts.meters();
    this.timeouts = timeouts;
  }

  /** What running needs of the application. */
  record Parts(
      Handlers handlers,
      JobStore store,
      TransactionOperations transactions,
      LiveUpdates live,
      Announcer announcer,
      JobTraces traces,
      JsonMapper json,
      MeterRegistry meters) {}

  /** Runs a job on {@code threads}; {@code done} follows once it is settled. */
  void run(Claimer.Won won, Executor threads, Runnable done) {
    var attempt = new Attempt(won.worker(), won.job());
    running.add(attempt);
    live.publish(List.of(won.job().id()));
    var timeout =
        timeouts.schedule(attempt::timeOut, won.job().timeout().toNanos(), TimeUnit.NANOSECONDS);
    threads.execute(
        () -> {
          var outcome = outcome(attempt);
          timeout.cancel(false);
          settle(attempt, settler.settlement(attempt.job(), outcome), done);
        });
  }

  /** Whatever goes wrong, the attempt is settled and its slot comes free. */
  private Outcome outcome(Attempt attempt) {
    try {
      return traced(attempt);
    } catch (RuntimeException e) {
      log.error("The attempt at job {} failed outside its handler", attempt.job().id(), e);
      return new Outcome.Retry(JobFailure.of(e), null);
    }
  }

  private Outcome traced(Attempt attempt) {
    var job = attempt.job();
    var span = traces.continued(job.traceparent(), "job " + job.kind());
    span.tag("offstage.job", job.id().toString());
    var outer = MDC.getCopyOfContextMap();
    try (var scope = traces.inScope(span)) {
      // What a handler adds, such as the asset's id, stays for the line that tells the outcome.
      MDC.put("jobId", job.id().toString());
      MDC.put("kind", job.kind().name());
      MDC.put("tenant", job.tenant());
      var timer = Timer.start(meters);
      var outcome = attempt(attempt);
      var name = outcome.getClass().getSimpleName().toLowerCase(Locale.ROOT);
      timer.stop(meters.timer("offstage.jobs", "kind", job.kind().name(), "outcome", name));
      log.info("Attempt {} of {} ended: {}", job.attempt(), job.maxAttempts(), describe(outcome));
      span.tag("offstage.outcome", name);
      return outcome;
    } finally {
      span.end();
      MDC.setContextMap(outer == null ? Map.of() : outer);
    }
  }

  private static String describe(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Complete complete -> "complete";
      case Outcome.Retry(JobFailure(var reason, var message), var delay) ->
          "retry, " + reason + ": " + message;
      case Outcome.Discard(JobFailure(var reason, var message)) ->
          "discard, " + reason + ": " + message;
      case Outcome.Snooze snooze -> "snooze for " + snooze.delay();
      case Outcome.Cancel cancel -> "cancel: " + cancel.why();
      case Outcome.Interrupted interrupted -> "interrupted, handed back";
    };
  }

  private Outcome attempt(Attempt attempt) {
    var handler = handlers.of(attempt.job().kind());
    if (handler == null) {
      return new Outcome.Snooze(Duration.ofSeconds(30)); // the claim asks for our kinds only
    }
    var context = new AttemptContext(attempt, store, transactions, live);
    try {
      return attempt.begin() ? handle(handler, attempt.job(), context) : cause(attempt);
    } catch (Exception e) { // also InterruptedException: an attempt's interrupt ends with it
      return thrown(attempt, e);
    } catch (Error e) {
      log.error("The handler of {} failed badly", attempt.job().kind(), e);
      return new Outcome.Retry(JobFailure.of(e), null);
    } finally {
      attempt.end();
    }
  }

  private <P> Outcome handle(JobHandler<P> handler, ClaimedJob job, AttemptContext context)
      throws Exception {
    P payload;
    try {
      payload = json.readValue(job.payload(), handler.payloadType());
    } catch (JacksonException e) {
      var where = e.getPathReference().isEmpty() ? "" : " at " + e.getPathReference();
      return new Outcome.Discard(
          new JobFailure("payload-unreadable", e.getOriginalMessage() + where));
    }
    return handler.run(payload, context);
  }

  private static Outcome thrown(Attempt attempt, Exception e) {
    var interruption = attempt.interruption();
    if (interruption != null) {
      return interruption;
    }
    if (e instanceof ClaimLostException) {
      return new Outcome.Interrupted();
    }
    log.warn("The handler of {} threw", attempt.job().kind(), e);
    return new Outcome.Retry(JobFailure.of(e), null);
  }

  private static Outcome cause(Attempt attempt) {
    var interruption = attempt.interruption();
    return interruption == null ? new Outcome.Interrupted() : interruption;
  }

  private void settle(Attempt attempt, Settlement settlement, Runnable done) {
    settle(attempt.worker(), settlement)
        .whenComplete(
            (stands, failure) -> {
              if (failure == null) {
                settled(attempt, stands, done);
              } else {
                settleAgain(attempt, failure, done);
              }
            });
  }

  private CompletableFuture<Boolean> settle(WorkerId worker, Settlement settlement) {
    try {
      return settler.settle(worker, settlement);
    } catch (RejectedExecutionException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  /** PostgreSQL refuses what the handler made (a result that jsonb cannot hold, say). */
  private void settleAgain(Attempt attempt, Throwable failure, Runnable done) {
    var job = attempt.job();
    log.error("Job {} could not be settled", job.id(), failure);
    var refused = new JobFailure("result-refused", "PostgreSQL could not store the result");
    settle(attempt.worker(), settler.settlement(job, new Outcome.Retry(refused, null)))
        .whenComplete(
            (stands, again) -> {
              if (again != null) {
                log.error("Job {} is left to the lease", job.id(), again);
              }
              settled(attempt, again == null ? stands : Boolean.TRUE, done);
            });
  }

  private void settled(Attempt attempt, boolean stands, Runnable done) {
    if (!stands) {
      log.warn(
          "Job {} was no longer this attempt's when it ended; its outcome is void",
          attempt.job().id());
    }
    running.remove(attempt);
    done.run();
  }
}
