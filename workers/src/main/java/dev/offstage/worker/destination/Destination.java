package dev.offstage.worker.destination;

import dev.offstage.destination.DestinationSettings;
import dev.offstage.job.DestinationName;
import io.github.resilience4j.bulkhead.Bulkhead;
import io.github.resilience4j.bulkhead.BulkheadConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import io.github.resilience4j.ratelimiter.RateLimiter;
import io.github.resilience4j.ratelimiter.RateLimiterConfig;
import java.time.Clock;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One destination as this process has it. Its breaker measures; that it opens again is for the gate
 * to say, so by itself it never does.
 */
final class Destination {
  private static final Duration FOR_EVER = Duration.ofDays(365);

  private final DestinationName name;
  private final DestinationSettings settings;
  private final CircuitBreaker breaker;
  private final Bulkhead bulkhead;
  private final @Nullable RateLimiter ownQuota;
  private volatile long usedAt = System.nanoTime();

  Destination(DestinationName name, DestinationSettings settings, Clock clock) {
    this.name = name;
    this.settings = settings;
    this.breaker = CircuitBreaker.of(name.text(), breakerConfig(settings, clock));
    this.bulkhead =
        Bulkhead.of(
            name.text(),
            BulkheadConfig.custom()
                .maxConcurrentCalls(settings.atOnce())
                .maxWaitDuration(Duration.ZERO)
                .build());
    var quota = settings.quota();
    this.ownQuota =
        quota == null
            ? null
            : RateLimiter.of(
                name.text(),
                RateLimiterConfig.custom()
                    .limitForPeriod(quota.starts())
                    .limitRefreshPeriod(quota.per())
                    .timeoutDuration(Duration.ZERO)
                    .build());
  }

  private static CircuitBreakerConfig breakerConfig(DestinationSettings settings, Clock clock) {
    int sample = settings.sample();
    return CircuitBreakerConfig.custom()
        .clock(clock)
        .slidingWindow(sample, Math.min(settings.atLeast(), sample), SlidingWindowType.COUNT_BASED)
        .failureRateThreshold(settings.failureRate())
        .slowCallRateThreshold(100)
        .slowCallDurationThreshold(FOR_EVER) // what is slow meets the time limit
        .waitDurationInOpenState(FOR_EVER)
        .permittedNumberOfCallsInHalfOpenState(settings.probes())
        .writableStackTraceEnabled(false)
        .build();
  }

  DestinationName name() {
    return name;
  }

  DestinationSettings settings() {
    return settings;
  }

  CircuitBreaker breaker() {
    return breaker;
  }

  Bulkhead bulkhead() {
    return bulkhead;
  }

  /** What this process keeps of the quota while it cannot ask Redis; null if there is none. */
  @Nullable RateLimiter ownQuota() {
    return ownQuota;
  }

  void use() {
    usedAt = System.nanoTime();
  }

  /** Whether nothing of it would be missed. */
  boolean isIdle(Duration time) {
    return System.nanoTime() - usedAt > time.toNanos()
        && bulkhead.getMetrics().getAvailableConcurrentCalls() == settings.atOnce();
  }
}
