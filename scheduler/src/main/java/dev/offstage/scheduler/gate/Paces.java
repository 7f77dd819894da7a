package dev.offstage.scheduler.gate;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * When each paced gate may be called at again. Those called count at the gate only when they are
 * claimed, a little later: until then this knows of them. Not for concurrent use.
 */
final class Paces {
  /** A call that comes so late still belongs to its beat. */
  private static final long LATE = Duration.ofMillis(100).toNanos();

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
    Long due = next.get(gate);
    long beat = due == null || nanoTime - due > LATE ? nanoTime : due;
    next.put(gate, beat + pace.toNanos() * Math.max(1, jobs));
  }

  /** Whether some gate is in use. Forgets those that are not. */
  boolean inUse(long nanoTime) {
    next.values().removeIf(at -> nanoTime - at > IN_USE);
    return !next.isEmpty();
  }
}
