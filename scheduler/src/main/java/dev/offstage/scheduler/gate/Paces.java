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

  void forgetPast(long nanoTime) {
    next.values().removeIf(at -> nanoTime - at > LATE);
  }
}
