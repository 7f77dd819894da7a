package dev.offstage.limit;

import dev.offstage.job.Rate;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.data.redis.connection.RedisConnectionFactory;
import org.springframework.data.redis.connection.ReturnType;

/**
 * Quotas by one script, by Redis' own clock: GCRA, which keeps one number a quota, the time at
 * which all that was taken is paid for.
 */
final class RedisQuotas implements Quotas {
  private static final Logger log = LoggerFactory.getLogger(RedisQuotas.class);
  private static final String PREFIX = "offstage.quota:";
  private static final long PAUSE_NANOS = Duration.ofSeconds(1).toNanos();

  /** The gates' of PostgreSQL pace by the same rule: gate_burst in R__engine.sql. */
  private static final int BURST_PART = 20;

  private static final byte[] SCRIPT =
      """
      local time = redis.call('TIME')
      local now = time[1] * 1000000 + time[2]
      local each = tonumber(ARGV[1])
      local burst = tonumber(ARGV[2])
      local permits = tonumber(ARGV[3])
      local paid = math.max(tonumber(redis.call('GET', KEYS[1]) or '0'), now)
      local after = paid + permits * each
      local wait = after - math.max(burst, permits) * each - now
      if wait > 0 then
        return math.ceil(wait)
      end
      local keep = math.ceil((after - now) / 1000) + 1000
      redis.call('SET', KEYS[1], string.format('%.0f', after), 'PX', keep)
      return 0
      """
          .getBytes(StandardCharsets.UTF_8);

  private final RedisConnectionFactory redis;

  /** Until when nobody asks a Redis that is away: each question would cost a time-out. */
  private volatile @Nullable Long againAt;

  RedisQuotas(RedisConnectionFactory redis) {
    this.redis = redis;
  }

  @Override
  public Optional<Duration> take(String name, Rate rate, int permits) {
    var again = againAt;
    if (again != null && System.nanoTime() - again < 0) {
      return Optional.empty();
    }
    try (var connection = redis.getConnection()) {
      Long wait =
          connection
              .scriptingCommands()
              .eval(SCRIPT, ReturnType.INTEGER, 1, arguments(name, rate, permits));
      if (again != null) {
        againAt = null;
        log.info("Redis is back: quotas hold over the whole cluster again");
      }
      return Optional.of(Duration.ofNanos(1_000L * (wait == null ? 0 : wait)));
    } catch (RuntimeException e) {
      if (again == null) {
        log.warn("Redis is away: each process keeps quotas for itself ({})", e.toString());
      }
      againAt = System.nanoTime() + PAUSE_NANOS;
      return Optional.empty();
    }
  }

  private static byte[][] arguments(String name, Rate rate, int permits) {
    int burst = Math.max(1, rate.starts() / BURST_PART);
    double each = rate.per().toNanos() / 1_000.0 / (rate.starts() - burst + 1);
    return new byte[][] {
      bytes(PREFIX + name),
      bytes(Double.toString(each)),
      bytes(Integer.toString(burst)),
      bytes(Integer.toString(Math.min(permits, rate.starts())))
    };
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
