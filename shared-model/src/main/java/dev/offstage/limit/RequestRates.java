package dev.offstage.limit;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.data.redis.connection.RedisConnectionFactory;
import org.springframework.stereotype.Component;

/**
 * Rates of whatever has a name, over all nodes: a bucket that holds a second's worth, drained by
 * what is taken and refilled at the rate. What is taken at once may be more than the bucket holds:
 * it then owes the rest, so that a large request is not refused for ever.
 */
@Component
public final class RequestRates {
  private static final int MAX_LOCAL = 10_000;

  /**
   * The bucket: until when it is drained, in µs of Redis' clock. Answers how long to wait, in µs,
   * and takes only if that is nothing.
   */
  private static final String TAKE =
      """
      local time = redis.call('TIME')
      local now = time[1] * 1000000 + time[2]
      local drained = math.max(tonumber(redis.call('GET', KEYS[1]) or '0'), now - 1000000)
      if drained > now then return drained - now end
      drained = drained + math.ceil(ARGV[1] * 1000000 / ARGV[2])
      redis.call('SET', KEYS[1], string.format('%.0f', drained),
        'PX', math.max(1, math.ceil((drained - now) / 1000)) + 1000)
      return 0
      """;

  private final RedisScript script;
  private final Map<String, Bucket> local = new ConcurrentHashMap<>();

  RequestRates(RedisConnectionFactory redis) {
    this.script = new RedisScript(redis, "rates", TAKE);
  }

  /**
   * Takes so many of a name's, if its rate allows it now.
   *
   * @param perSecond more than nothing
   * @return zero if they were taken; else how long until some may be
   */
  public Duration take(String name, int count, int perSecond) {
    var micros =
        script.run("offstage.rate." + name, Integer.toString(count), Integer.toString(perSecond));
    if (micros.isPresent()) {
      if (!local.isEmpty()) {
        local.clear();
      }
      return Duration.ofNanos(micros.getAsLong() * 1_000);
    }
    if (local.size() > MAX_LOCAL) {
      local.clear();
    }
    return local.computeIfAbsent(name, unknown -> new Bucket()).take(count, perSecond);
  }

  /** The same bucket, of this node alone. */
  private static final class Bucket {
    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    private long drained = System.nanoTime() - SECOND;

    synchronized Duration take(int count, int perSecond) {
      long now = System.nanoTime();
      long from = Math.max(drained, now - SECOND);
      if (from > now) {
        return Duration.ofNanos(from - now);
      }
      drained = from + Math.ceilDiv(count * SECOND, perSecond);
      return Duration.ZERO;
    }
  }
}
