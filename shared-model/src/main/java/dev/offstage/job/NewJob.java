package dev.offstage.job;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A job to be enqueued.
 *
 * @param owner the end user whom it belongs to; null for the tenant's own
 * @param payload JSON text
 * @param delay how long after the commit it falls due; zero for at once
 * @param timeout after which an attempt is interrupted
 */
public record NewJob(
    String tenant,
    @Nullable String owner,
    JobKind kind,
    String payload,
    Priority priority,
    Duration delay,
    Duration timeout,
    int maxAttempts) {

  private static final Duration DEFAULT_TIMEOUT = Duration.ofMinutes(15);
  private static final int DEFAULT_MAX_ATTEMPTS = 8;

  /**
   * @throws IllegalArgumentException naming the field, its value and what was expected
   */
  public NewJob {
    if (maxAttempts < 1 || maxAttempts > 1_000) {
      throw new IllegalArgumentException("maxAttempts: " + maxAttempts + " (expected: 1 to 1000)");
    }
    if (delay.isNegative()) {
      throw new IllegalArgumentException("delay: " + delay + " (expected: not negative)");
    }
    if (!timeout.isPositive()) {
      throw new IllegalArgumentException("timeout: " + timeout + " (expected: > 0)");
    }
  }

  /** A job of normal priority, due at once, with the defaults for everything else. */
  public static NewJob of(String tenant, @Nullable String owner, JobKind kind, String payload) {
    return new NewJob(
        tenant,
        owner,
        kind,
        payload,
        Priority.NORMAL,
        Duration.ZERO,
        DEFAULT_TIMEOUT,
        DEFAULT_MAX_ATTEMPTS);
  }

  public NewJob withPriority(Priority priority) {
    return new NewJob(tenant, owner, kind, payload, priority, delay, timeout, maxAttempts);
  }

  public NewJob withDelay(Duration delay) {
    return new NewJob(tenant, owner, kind, payload, priority, delay, timeout, maxAttempts);
  }

  public NewJob withTimeout(Duration timeout) {
    return new NewJob(tenant, owner, kind, payload, priority, delay, timeout, maxAttempts);
  }

  public NewJob withMaxAttempts(int maxAttempts) {
    return new NewJob(tenant, owner, kind, payload, priority, delay, timeout, maxAttempts);
  }
}
