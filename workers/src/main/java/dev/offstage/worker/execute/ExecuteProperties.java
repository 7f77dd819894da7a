package dev.offstage.worker.execute;

import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How this worker runs jobs.
 *
 * @param grace how long a shutdown waits for what runs; the rest is handed back
 * @param pools by name; a pool that is not named has the defaults
 */
@ConfigurationProperties("offstage.worker")
public record ExecuteProperties(
    @DefaultValue("20s") Duration grace, @Nullable Map<String, Pool> pools) {

  /** Which threads a pool's jobs run on. */
  public enum Threads {
    /** For handlers that mostly wait. */
    VIRTUAL,
    /** For handlers that compute. */
    PLATFORM
  }

  /**
   * One pool on this worker.
   *
   * @param slots jobs at once; by default 200 on virtual threads, and as many as cores on platform
   *     ones
   */
  public record Pool(@Nullable Integer slots, @DefaultValue("virtual") Threads threads) {
    private static final Pool DEFAULT = new Pool(null, Threads.VIRTUAL);

    /**
     * @throws IllegalArgumentException naming the property, its value and what was expected
     */
    public Pool {
      if (slots != null && (slots < 1 || slots > 10_000)) {
        throw new IllegalArgumentException(
            "offstage.worker.pools.*.slots: " + slots + " (expected: 1 to 10000)");
      }
    }

    int slotsOrDefault() {
      if (slots != null) {
        return slots;
      }
      return threads == Threads.VIRTUAL ? 200 : Runtime.getRuntime().availableProcessors();
    }
  }

  /**
   * @throws IllegalArgumentException naming the property, its value and what was expected
   */
  public ExecuteProperties {
    if (grace.isNegative()) {
      throw new IllegalArgumentException(
          "offstage.worker.grace: " + grace + " (expected: not negative)");
    }
  }

  Pool pool(String name) {
    var pool = pools == null ? null : pools.get(name);
    return pool == null ? Pool.DEFAULT : pool;
  }
}
