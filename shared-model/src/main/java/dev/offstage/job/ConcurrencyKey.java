package dev.offstage.job;

/**
 * Of the jobs of one tenant with the same key, at most {@code limit} run at once, over the whole
 * cluster.
 *
 * @param limit of this key; where jobs disagree, the latest to be claimed says
 */
public record ConcurrencyKey(String key, int limit) {
  /**
   * @throws IllegalArgumentException naming the field, its value and what was expected
   */
  public ConcurrencyKey {
    Keys.check("concurrencyKey", key);
    if (limit < 1 || limit > 100_000) {
      throw new IllegalArgumentException(
          "concurrencyKey limit: " + limit + " (expected: 1 to 100000)");
    }
  }
}
