package dev.offstage.worker.destination;

import dev.offstage.destination.DestinationRule;
import dev.offstage.destination.DestinationSettings;
import dev.offstage.destination.DestinationState;
import dev.offstage.job.DestinationName;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The destinations that this process calls, and how their gates stood when it looked last. Those
 * that nobody has called for a while are forgotten: tenants name hosts, so there is no end of them.
 */
final class KnownDestinations {
  private static final Duration IDLE = Duration.ofMinutes(10);

  private final Clock clock;
  private final Map<DestinationName, Destination> known = new ConcurrentHashMap<>();
  private volatile List<DestinationRule> rules = List.of();
  private volatile Map<DestinationName, DestinationState> troubled = Map.of();

  KnownDestinations(Clock clock) {
    this.clock = clock;
  }

  Destination of(DestinationName name) {
    var destination = known.computeIfAbsent(name, this::made);
    destination.use();
    return destination;
  }

  private Destination made(DestinationName name) {
    var destination = new Destination(name, DestinationSettings.of(name, rules), clock);
    var state = troubled.get(name);
    if (state != null) {
      follow(destination.breaker(), state);
    }
    return destination;
  }

  /** What was looked up just now. */
  void update(List<DestinationRule> newRules, List<DestinationState> newTroubled) {
    rules = newRules;
    var states = new HashMap<DestinationName, DestinationState>();
    newTroubled.stream()
        .filter(state -> !state.isOpen()) // a rest that is over
        .forEach(state -> states.put(state.name(), state));
    troubled = Map.copyOf(states);
    for (var destination : known.values()) {
      if (destination.isIdle(IDLE)) {
        known.remove(destination.name(), destination);
        continue;
      }
      renew(destination);
      var state = states.get(destination.name());
      var breaker = destination.breaker();
      if (state != null) {
        follow(breaker, state);
      } else if (breaker.getState() != State.CLOSED) {
        breaker.transitionToClosedState();
      }
    }
  }

  /** Other settings: what was measured by the old ones is forgotten. */
  private void renew(Destination destination) {
    var settings = DestinationSettings.of(destination.name(), rules);
    if (!settings.equals(destination.settings())) {
      known.replace(
          destination.name(), destination, new Destination(destination.name(), settings, clock));
    }
  }

  static void follow(CircuitBreaker breaker, DestinationState gate) {
    var state = breaker.getState();
    if (gate.probing() && state == State.OPEN) {
      breaker.transitionToHalfOpenState();
    } else if (gate.probing() && state == State.CLOSED) {
      breaker.transitionToOpenState();
      breaker.transitionToHalfOpenState();
    } else if ((gate.shut() || gate.paused()) && state != State.OPEN) {
      breaker.transitionToOpenState();
    }
  }
}
