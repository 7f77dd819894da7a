package dev.offstage.worker.destination;

import dev.offstage.destination.DestinationRule;
import dev.offstage.job.DestinationName;
import dev.offstage.job.Outcome;
import dev.offstage.limit.Quotas;
import dev.offstage.store.Transience;
import dev.offstage.worker.handler.JobContext;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import io.github.resilience4j.timelimiter.TimeLimiter;
import io.github.resilience4j.timelimiter.TimeLimiterConfig;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * Through here goes every call to a destination outside. While one is shut or its quota is spent,
 * no call is made and no attempt is burnt: the job waits at the destination's gate, for nobody.
 */
public final class Destinations {
  private static final Logger log = LoggerFactory.getLogger(Destinations.class);

  /** Left of an attempt's time for saying how the call went. */
  private static final Duration MARGIN = Duration.ofMillis(250);

  /** A call that keeps its limit itself says better what went wrong. */
  private static final Duration COURTESY = Duration.ofMillis(500);

  private static final int MAX_REASON = 300;
  private static final int RULES_EVERY = 4;

  private final KnownDestinations known;
  private final Gates gates;
  private final Admission admission;
  private final MeterRegistry meters;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  // Of the thread that looks.
  private int looks;
  private List<DestinationRule> rules = List.of();

  Destinations(Gates gates, Quotas quotas, InstantSource clock, MeterRegistry meters) {
    this.known = new KnownDestinations(clock.withZone(ZoneOffset.UTC));
    this.gates = gates;
    this.admission = new Admission(gates, quotas);
    this.meters = meters;
  }

  /** {@link #call(DestinationName, int, JobContext, Work, Function)} of one permit. */
  public <T> Called<T> call(
      DestinationName name,
      JobContext context,
      Work<T> work,
      Function<? super T, ? extends Verdict> classify)
      throws Exception {
    return call(name, 1, context, work, classify);
  }

  /**
   * Calls a destination, if it may be called now. To be called on the attempt's own thread, once or
   * several times in an attempt.
   *
   * @param permits how much of the destination's quota the call takes
   * @param classify what the answer says of the destination
   * @throws TimeoutException if {@code work} was not done when its time was up
   * @throws InterruptedException if the attempt was interrupted, and with it {@code work}
   * @throws Exception what {@code work} threw; it speaks against the destination
   */
  public <T> Called<T> call(
      DestinationName name,
      int permits,
      JobContext context,
      Work<T> work,
      Function<? super T, ? extends Verdict> classify)
      throws Exception {
    var destination = known.of(name);
    var refusal = admission.refusal(destination, permits);
    if (refusal != null) {
      count(name, "refused");
      return notNow(name, context, refusal);
    }
    return made(destination, context, work, classify);
  }

  private <T> Called<T> made(
      Destination destination,
      JobContext context,
      Work<T> work,
      Function<? super T, ? extends Verdict> classify)
      throws Exception {
    long began = System.nanoTime();
    Verdict verdict = Verdict.IRRELEVANT;
    try {
      var answer = limited(limit(destination, context), work);
      verdict = classify.apply(answer);
      return new Called.Answered<>(answer);
    } catch (InterruptedException e) {
      throw e;
    } catch (Exception e) {
      verdict = new Verdict.Unhealthy(e.getClass().getSimpleName() + ": " + e.getMessage());
      throw e;
    } finally {
      destination.bulkhead().onComplete();
      heed(destination, verdict, System.nanoTime() - began);
    }
  }

  private static Duration limit(Destination destination, JobContext context) {
    var left = context.timeLeft().minus(MARGIN);
    var limit = destination.settings().timeLimit();
    var shorter = left.compareTo(limit) < 0 ? left : limit;
    return shorter.isPositive() ? shorter : Duration.ofMillis(1);
  }

  private <T> T limited(Duration limit, Work<T> work) throws Exception {
    var config =
        TimeLimiterConfig.custom()
            .timeoutDuration(limit.plus(COURTESY))
            .cancelRunningFuture(true)
            .build();
    var started = new AtomicReference<@Nullable Future<T>>();
    var diagnostics = MDC.getCopyOfContextMap();
    try {
      return TimeLimiter.of(config)
          .executeFutureSupplier(
              () -> {
                var future = threads.submit(() -> told(diagnostics, () -> work.run(limit)));
                started.set(future);
                return future;
              });
    } catch (InterruptedException e) {
      var future = started.get();
      if (future != null) {
        future.cancel(true);
      }
      throw e;
    }
  }

  private interface Body<T> {
    T run() throws Exception;
  }

  /** What it logs says whose it is, like what its caller logs. */
  private static <T> T told(@Nullable Map<String, String> diagnostics, Body<T> body)
      throws Exception {
    MDC.setContextMap(diagnostics == null ? Map.of() : diagnostics);
    return body.run();
  }

  // What a call says of its destination
  // ------------------------------------------------------------

  private void heed(Destination destination, Verdict verdict, long nanos) {
    count(destination.name(), verdict.getClass().getSimpleName().toLowerCase(Locale.ROOT));
    try {
      switch (verdict) {
        case Verdict.Healthy healthy -> well(destination, nanos);
        case Verdict.Unhealthy(var why) -> failed(destination, why, nanos);
        case Verdict.SlowDown(var pause, var why) -> slowDown(destination, why, pause);
        case Verdict.Irrelevant irrelevant -> destination.breaker().releasePermission();
      }
    } catch (RuntimeException e) {
      // The job's outcome stands whatever becomes of this. The breaker has heard of it, and the
      // next
      // call asks the gate again.
      log.warn("{}: its gate could not be set: {}", destination.name(), e.toString());
    }
  }

  private void well(Destination destination, long nanos) {
    var breaker = destination.breaker();
    boolean tried = breaker.getState() == State.HALF_OPEN;
    breaker.onSuccess(nanos, TimeUnit.NANOSECONDS);
    if (tried) {
      gates.open(destination.name());
      breaker.transitionToClosedState();
      log.info("{} is well again", destination.name());
    }
  }

  private void failed(Destination destination, String why, long nanos) {
    var breaker = destination.breaker();
    var before = breaker.getState();
    breaker.onError(nanos, TimeUnit.NANOSECONDS, new IllegalStateException(why));
    if (before == State.HALF_OPEN || (before == State.CLOSED && breaker.getState() == State.OPEN)) {
      shut(destination, why, destination.settings().shutFor());
    }
  }

  private void slowDown(Destination destination, String why, Duration pause) {
    var breaker = destination.breaker();
    boolean tried = breaker.getState() == State.HALF_OPEN;
    breaker.releasePermission();
    if (tried) {
      shut(destination, why, pause);
    } else {
      gates.rest(destination.name(), cut(why), pause);
      breaker.transitionToOpenState(); // until this process looks again
    }
  }

  private void shut(Destination destination, String why, Duration first) {
    var settings = destination.settings();
    if (destination.breaker().getState() != State.OPEN) {
      destination.breaker().transitionToOpenState();
    }
    var most = settings.shutAtMost().compareTo(first) < 0 ? first : settings.shutAtMost();
    var time = gates.shut(destination.name(), cut(why), first, most, settings.probes());
    log.warn("{} is shut for {}: {}", destination.name(), time, why);
  }

  private static String cut(String why) {
    return why.length() > MAX_REASON ? why.substring(0, MAX_REASON - 1) + "…" : why;
  }

  private void count(DestinationName name, String result) {
    meters
        .counter("offstage.destination.calls", "provider", name.provider(), "result", result)
        .increment();
  }

  // What a job is told whose call is not made
  // ------------------------------------------------------

  private <T> Called<T> notNow(DestinationName name, JobContext context, Refusal refusal) {
    context.log("Not called: " + name + ": " + refusal.why());
    try {
      context.inTransaction(
          () -> {
            gates.label(context.jobId(), name);
            return true;
          });
    } catch (RuntimeException e) {
      if (!Transience.of(e)) {
        throw e;
      }
      log.debug("Job {} could not be given its destination", context.jobId(), e);
    }
    return new Called.NotNow<>(new Outcome.Snooze(refusal.again()), name + ": " + refusal.why());
  }

  // Looking at the cluster
  // -------------------------------------------------------------------------

  /**
   * Looks how gates stand; to be called every two seconds. Rules change rarely: every fourth time.
   */
  void look() {
    if (looks++ % RULES_EVERY == 0) {
      rules = gates.rules();
    }
    known.update(rules, gates.troubled());
  }
}
