package dev.offstage.scheduler.gate;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * When each paced gate is to be called at again. A call reaches a quarter of a second ahead; the
 * next one comes while half of that is left, so that no beat passes unused. Not for concurrent use.
 */
final class Paces {
  /** What is left of a call's reach when the next one comes. */
  private static final long OVERLAP = Duration.ofMillis(125).toNanos();

  private static final long AT_LEAST = Duration.ofMillis(20).toNanos();

  /** For so long after its last call a gate is in use, and others may come to wait at it. */
  private static final long IN_USE = Duration.ofSeconds(5).toNanos();

  private final Map<String, Long> next = new HashMap<>();

  /** How long until the gate may be called at; zero for now. */
  Duration until(String gate, long nanoTime) {
    Long at = next.get(gate);
    return at == null || at - nanoTime <= 0 ? Duration.ZERO : Duration.ofNanos(at - nanoTime);
  }

  /** Some were called at a gate: none if it had no room just now. */
  void called(String gate, int jobs, Duration pace, long nanoTime) {
    long reach = jobs == 0 ? pace.toNanos() : pace.toNanos() * jobs - OVERLAP;
    next.put(gate, nanoTime + Math.max(AT_LEAST, reach));
  }

  /** Whether some gate is in use. Forgets those that are not. */
  boolean inUse(long nanoTime) {
    next.values().removeIf(at -> nanoTime - at > IN_USE);
    return !next.isEmpty();
  }
}
