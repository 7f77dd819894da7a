package dev.offstage.queue;

import dev.offstage.job.JobKind;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Which pool runs which kinds.
 *
 * @param pools a pool's name, and the beginnings of the kinds that it runs, such as {@code media.};
 *     the longest that fits wins. Every other kind goes to the pool {@value #DEFAULT}.
 * @param bundle how many jobs a message to a pool may carry; {@value #DEFAULT_BUNDLE} for a pool
 *     that is not named. One worker takes them all, so it is 1 where a job is long.
 */
@ConfigurationProperties("offstage.queue")
public record QueueProperties(Map<String, List<String>> pools, Map<String, Integer> bundle) {
  /** The pool of every kind that no other pool takes. */
  public static final String DEFAULT = "default";

  private static final int DEFAULT_BUNDLE = 100;
  private static final int MAX_BUNDLE = 1_000;

  /**
   * @throws IllegalArgumentException naming the property, its value and what was expected
   */
  public QueueProperties(
      @Nullable Map<String, List<String>> pools, @Nullable Map<String, Integer> bundle) {
    this.pools = pools == null ? Map.of() : Map.copyOf(pools);
    this.bundle = bundle == null ? Map.of() : Map.copyOf(bundle);
    this.bundle.forEach(
        (pool, jobs) -> {
          if (jobs < 1 || jobs > MAX_BUNDLE) {
            throw new IllegalArgumentException(
                "offstage.queue.bundle."
                    + pool
                    + ": "
                    + jobs
                    + " (expected: 1 to "
                    + MAX_BUNDLE
                    + ")");
          }
        });
    this.pools
        .keySet()
        .forEach(
            pool -> {
              if (!pool.matches("[a-z][a-z0-9-]{0,40}") || pool.endsWith("-high")) {
                throw new IllegalArgumentException(
                    "offstage.queue.pools: "
                        + pool
                        + " (expected: a lower-case word that does not end in -high)");
              }
            });
  }

  /** The pool that runs a kind. */
  public String poolOf(JobKind kind) {
    String pool = DEFAULT;
    int longest = -1;
    for (var entry : pools.entrySet()) {
      for (var beginning : entry.getValue()) {
        if (beginning.length() > longest && kind.name().startsWith(beginning)) {
          longest = beginning.length();
          pool = entry.getKey();
        }
      }
    }
    return pool;
  }

  /** How many jobs a message to a pool may carry. */
  public int bundleOf(String pool) {
    return bundle.getOrDefault(pool, DEFAULT_BUNDLE);
  }

  /** Every pool there is. */
  public Set<String> names() {
    var names = new LinkedHashSet<>(pools.keySet());
    names.add(DEFAULT);
    return names;
  }
}
