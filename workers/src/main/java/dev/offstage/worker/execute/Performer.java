package dev.offstage.worker.execute;

import dev.offstage.job.JobFailure;
import dev.offstage.job.Outcome;
import dev.offstage.store.ClaimedJob;
import dev.offstage.trace.JobTraces;
import dev.offstage.worker.attempt.Attempt;
import dev.offstage.worker.attempt.AttemptContext;
import dev.offstage.worker.attempt.AttemptLog;
import dev.offstage.worker.attempt.JobLogs;
import dev.offstage.worker.handler.ClaimLostException;
import dev.offstage.worker.handler.JobHandler;
import dev.offstage.worker.payload.PayloadRefusedException;
import dev.offstage.worker.payload.Payloads;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;
import org.slf4j.event.Level;

/**
 * Performs an attempt: finds the handler, reads the payload, runs; whatever happens is an outcome.
 */
final class Performer {
  private static final Logger log = LoggerFactory.getLogger(Performer.class);

  private final Handlers handlers;
  private final Payloads payloads;
  private final AttemptContext.Stores stores;
  private final JobLogs logs;
  private final JobTraces traces;
  private final MeterRegistry meters;

  private record Ending(String kind, String outcome) {}

  /** To look one up by its tags costs more than to count. */
  private final Map<Ending, Timer> timers = new ConcurrentHashMap<>();

  Performer(
      Handlers handlers,
      Payloads payloads,
      AttemptContext.Stores stores,
      JobLogs logs,
      JobTraces traces,
      MeterRegistry meters) {
    this.handlers = handlers;
    this.payloads = payloads;
    this.stores = stores;
    this.logs = logs;
    this.traces = traces;
    this.meters = meters;
  }

  /** Runs the attempt on this thread. */
  Outcome perform(Attempt attempt) {
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
      var outcome = logged(attempt);
      var name = outcome.getClass().getSimpleName().toLowerCase(Locale.ROOT);
      timer.stop(timer(job.kind().name(), name));
      // A pool that does its work would fill the disk by saying so.
      log.atLevel(outcome instanceof Outcome.Complete ? Level.DEBUG : Level.INFO)
          .log("Attempt {} of {} ended: {}", job.attempt(), job.maxAttempts(), describe(outcome));
      span.tag("offstage.outcome", name);
      return outcome;
    } finally {
      span.end();
      MDC.setContextMap(outer == null ? Map.of() : outer);
    }
  }

  private Timer timer(String kind, String outcome) {
    return timers.computeIfAbsent(
        new Ending(kind, outcome),
        ending -> meters.timer("offstage.jobs", "kind", kind, "outcome", outcome));
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

  /** The log is closed once the thread can no longer be interrupted, and before the settle. */
  private Outcome logged(Attempt attempt) {
    try (var lines = logs.open(attempt)) {
      var outcome = handled(attempt, lines);
      return heeding(attempt.interruption(), outcome);
    }
  }

  private Outcome handled(Attempt attempt, AttemptLog lines) {
    var handler = handlers.of(attempt.job().kind());
    if (handler == null) {
      return new Outcome.Snooze(Duration.ofSeconds(30)); // the claim asks for our kinds only
    }
    try {
      var context = new AttemptContext(attempt, stores, lines);
      return attempt.begin() ? run(handler, attempt.job(), context) : new Outcome.Interrupted();
    } catch (Exception e) { // also InterruptedException: an attempt's interrupt ends with it
      return thrown(attempt, e);
    } catch (Error e) {
      log.error("The handler of {} failed badly", attempt.job().kind(), e);
      return new Outcome.Retry(JobFailure.of(e), null);
    } finally {
      attempt.end();
    }
  }

  private <P> Outcome run(JobHandler<P> handler, ClaimedJob job, AttemptContext context)
      throws Exception {
    P payload;
    try {
      payload = payloads.read(handler, job.payload(), job.payloadVersion());
    } catch (PayloadRefusedException e) {
      return new Outcome.Discard(e.failure());
    }
    return handler.run(payload, context);
  }

  private static Outcome thrown(Attempt attempt, Exception e) {
    if (e instanceof ClaimLostException || attempt.interruption() != null) {
      return new Outcome.Interrupted();
    }
    log.warn("The handler of {} threw", attempt.job().kind(), e);
    return new Outcome.Retry(JobFailure.of(e), null);
  }

  /** What a handler ends for good stands; anything else is what the interruption asked for. */
  private static Outcome heeding(@Nullable Outcome interruption, Outcome outcome) {
    return switch (outcome) {
      case Outcome.Complete complete -> complete;
      case Outcome.Discard discard -> discard;
      case Outcome.Cancel cancel -> cancel;
      case Outcome.Retry retry -> interruption == null ? retry : interruption;
      case Outcome.Snooze snooze -> interruption == null ? snooze : interruption;
      case Outcome.Interrupted interrupted -> interruption == null ? interrupted : interruption;
    };
  }
}
