package dev.offstage.worker.destination;

import dev.offstage.destination.DestinationState;
import dev.offstage.job.DestinationName;
import dev.offstage.job.Rate;
import dev.offstage.limit.Quotas;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;

/**
 * Says whether a call may be made now. Whoever is admitted holds a permit of the breaker and one of
 * the bulkhead, and gives both back.
 */
final class Admission {
  private static final Logger log = LoggerFactory.getLogger(Admission.class);

  /** A quota that is back so soon is waited for here; the way over the gate takes longer. */
  private static final Duration WORTH_WAITING = Duration.ofSeconds(1);

  private static final Duration LATER = Duration.ofSeconds(1);

  private final Gates gates;
  private final Quotas quotas;

  Admission(Gates gates, Quotas quotas) {
    this.gates = gates;
    this.quotas = quotas;
  }

  /** Null if the call may be made. */
  @Nullable Refusal refusal(Destination destination, int permits) throws InterruptedException {
    var breaker = destination.breaker();
    if (!breaker.tryAcquirePermission()) {
      var shut = shut(destination.name(), breaker);
      if (shut != null) {
        return shut;
      }
    }
    if (!destination.bulkhead().tryAcquirePermission()) {
      breaker.releasePermission();
      return new Refusal("as many calls as it may have are under way", LATER);
    }
    boolean admitted = false;
    try {
      var spent = spent(destination, permits);
      admitted = spent == null;
      return spent;
    } finally {
      if (!admitted) { // interrupted, too
        breaker.releasePermission();
        destination.bulkhead().releasePermission();
      }
    }
  }

  /** The breaker is not closed: what the gate says now is newer than what it last followed. */
  private @Nullable Refusal shut(DestinationName name, CircuitBreaker breaker) {
    Optional<DestinationState> gate;
    try {
      gate = gates.find(name);
    } catch (DataAccessException e) {
      return new Refusal("it failed, and its gate cannot be asked", LATER);
    }
    if (gate.isEmpty() || gate.get().isOpen()) {
      if (breaker.getState() == CircuitBreaker.State.OPEN) {
        breaker.transitionToHalfOpenState();
      }
    } else {
      KnownDestinations.follow(breaker, gate.get());
    }
    return breaker.tryAcquirePermission() ? null : Refusal.soon(reason(gate.orElse(null)));
  }

  private static String reason(@Nullable DestinationState gate) {
    var reason = gate == null ? null : gate.reason();
    return reason == null ? "whether it is well again is being tried" : reason;
  }

  private @Nullable Refusal spent(Destination destination, int permits)
      throws InterruptedException {
    var quota = destination.settings().quota();
    if (quota == null) {
      return null;
    }
    var wait = taken(destination, quota, permits);
    while (wait.isPositive()) {
      if (wait.compareTo(WORTH_WAITING) > 0) {
        return rest(destination.name(), quota, wait);
      }
      pause(wait);
      wait = taken(destination, quota, permits);
    }
    return null;
  }

  private Duration taken(Destination destination, Rate quota, int permits) {
    return quotas
        .take(destination.name().text(), quota, permits)
        .orElseGet(() -> takenHere(destination, quota, permits));
  }

  private static Duration takenHere(Destination destination, Rate quota, int permits) {
    var own = destination.ownQuota();
    if (own == null || own.acquirePermission(Math.min(permits, quota.starts()))) {
      return Duration.ZERO;
    }
    return quota.per();
  }

  private Refusal rest(DestinationName name, Rate quota, Duration wait) {
    var why = "its quota of %d in %s is spent".formatted(quota.starts(), quota.per());
    try {
      gates.rest(name, why, wait);
    } catch (DataAccessException e) {
      log.warn("{}: could not be shut for its quota: {}", name, e.getMessage());
    }
    return Refusal.soon(why);
  }

  private static void pause(Duration time) throws InterruptedException {
    var unused = new CountDownLatch(1).await(time.toNanos(), TimeUnit.NANOSECONDS);
  }
}
