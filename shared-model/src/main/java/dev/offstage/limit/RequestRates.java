package dev.offstage.limit;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.data.redis.connection.RedisConnectionFactory;
import org.springframework.data.redis.connection.ReturnType;
import org.springframework.stereotype.Component;

/**
 * Rates of whatever has a name, over all nodes: a bucket that holds a second's worth, drained by
 * what is taken and refilled at the rate. What is taken at once may be more than the bucket holds:
 * it then owes the rest, so that a large request is not refused for ever.
 */
@Component
public final class RequestRates {
  private static final Logger log = LoggerFactory.getLogger(RequestRates.class);

  /** Redis is not asked for so long after it did not answer. */
  private static final Duration PAUSE = Duration.ofSeconds(1);

  private static final int MAX_LOCAL = 10_000;

  /**
   * The bucket: until when it is drained, in µs of Redis' clock. Answers how long to wait, in µs,
   * and takes only if that is nothing.
   */
  private static final byte[] TAKE =
      """
      local time = redis.call('TIME')
      local now = time[1] * 1000000 + time[2]
      local drained = math.max(tonumber(redis.call('GET', KEYS[1]) or '0'), now - 1000000)
      if drained > now then return drained - now end
      drained = drained + math.ceil(ARGV[1] * 1000000 / ARGV[2])
      redis.call('SET', KEYS[1], string.format('%.0f', drained),
        'PX', math.max(1, math.ceil((drained - now) / 1000)) + 1000)
      return 0
      """
          .getBytes(StandardCharsets.UTF_8);

  private final RedisConnectionFactory redis;
  private final Map<String, Bucket> local = new ConcurrentHashMap<>();
  private volatile long awayUntil = System.nanoTime();
  private volatile boolean away;

  RequestRates(RedisConnectionFactory redis) {
    this.redis = redis;
  }

  /**
   * Takes so many of a name's, if its rate allows it now.
   *
   * @param perSecond more than nothing
   * @return zero if they were taken; else how long until some may be
   */
  public Duration take(String name, int count, int perSecond) {
    if (!away || System.nanoTime() - awayUntil >= 0) {
      try (var connection = redis.getConnection()) {
        Long micros =
            connection
                .scriptingCommands()
                .eval(
                    TAKE,
                    ReturnType.INTEGER,
                    1,
                    ascii("offstage.rate." + name),
                    ascii(Integer.toString(count)),
                    ascii(Integer.toString(perSecond)));
        back();
        return micros == null ? Duration.ZERO : Duration.ofNanos(micros * 1_000);
      } catch (RuntimeException e) {
        lost(e);
      }
    }
    if (local.size() > MAX_LOCAL) {
      local.clear();
    }
    return local.computeIfAbsent(name, unknown -> new Bucket()).take(count, perSecond);
  }

  private void back() {
    if (away) {
      away = false;
      local.clear();
      log.info("Redis is back: rates are kept over all nodes again");
    }
  }

  private void lost(RuntimeException e) {
    awayUntil = System.nanoTime() + PAUSE.toNanos();
    if (!away) {
      away = true;
      log.warn("Redis is away: each node keeps rates by itself meanwhile ({})", e.toString());
    }
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
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
