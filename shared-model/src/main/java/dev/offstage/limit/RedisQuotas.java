package dev.offstage.limit;

import dev.offstage.job.Rate;
import java.time.Duration;
import java.util.Optional;
import org.springframework.data.redis.connection.RedisConnectionFactory;

/**
 * Quotas by one script, by Redis' own clock: GCRA, which keeps one number a quota, the time at
 * which all that was taken is paid for.
 */
final class RedisQuotas implements Quotas {
  private static final String PREFIX = "offstage.quota:";

  /** The gates' of PostgreSQL pace by the same rule: gate_burst in R__engine.sql. */
  private static final int BURST_PART = 20;

  private static final String TAKE =
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
      """;

  private final RedisScript script;

  RedisQuotas(RedisConnectionFactory redis) {
    this.script = new RedisScript(redis, "quotas", TAKE);
  }

  @Override
  public Optional<Duration> take(String name, Rate rate, int permits) {
    int burst = Math.max(1, rate.starts() / BURST_PART);
    double each = rate.per().toNanos() / 1_000.0 / (rate.starts() - burst + 1);
    var micros =
        script.run(
            PREFIX + name,
            Double.toString(each),
            Integer.toString(burst),
            Integer.toString(Math.min(permits, rate.starts())));
    return micros.isPresent()
        ? Optional.of(Duration.ofNanos(1_000 * micros.getAsLong()))
        : Optional.empty();
  }
}
