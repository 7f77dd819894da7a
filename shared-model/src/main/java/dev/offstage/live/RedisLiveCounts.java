package dev.offstage.live;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.Optional;
import java.util.stream.LongStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.data.redis.connection.RedisConnection;
import org.springframework.data.redis.connection.RedisConnectionFactory;

/** Live counts as one counter and one HyperLogLog a tenant and minute, which expire. */
final class RedisLiveCounts implements LiveCounts {
  private static final Logger log = LoggerFactory.getLogger(RedisLiveCounts.class);
  private static final long KEPT = Duration.ofMinutes(65).toSeconds();
  private static final Duration PAUSE = Duration.ofSeconds(1);
  private static final int MINUTE = 60;

  private final RedisConnectionFactory redis;
  private final InstantSource clock;
  // How a node gets over Redis' absence: it does not try again for a moment.
  private volatile long againAt = System.nanoTime();
  private volatile boolean away;

  RedisLiveCounts(RedisConnectionFactory redis, InstantSource clock) {
    this.redis = redis;
    this.clock = clock;
  }

  @Override
  public void add(String tenant, long events, Collection<String> people) {
    long minute = minute();
    ask(
        connection -> {
          connection.openPipeline();
          connection.stringCommands().incrBy(key("events", tenant, minute), events);
          connection.keyCommands().expire(key("events", tenant, minute), KEPT);
          if (!people.isEmpty()) {
            connection
                .hyperLogLogCommands()
                .pfAdd(
                    key("people", tenant, minute),
                    people.stream().map(RedisLiveCounts::bytes).toArray(byte[][]::new));
            connection.keyCommands().expire(key("people", tenant, minute), KEPT);
          }
          return connection.closePipeline();
        });
  }

  @Override
  public Optional<Counted> last(String tenant, int minutes) {
    long now = minute();
    var events = keys("events", tenant, now, minutes);
    var people = keys("people", tenant, now, minutes);
    return ask(
        connection -> {
          long sum = 0;
          var counts = connection.stringCommands().mGet(events);
          for (var count : counts == null ? java.util.List.<byte[]>of() : counts) {
            sum += count == null ? 0 : Long.parseLong(new String(count, StandardCharsets.US_ASCII));
          }
          var persons = connection.hyperLogLogCommands().pfCount(people);
          return new Counted(sum, persons == null ? 0 : persons);
        });
  }

  private interface Question<T> {
    T ask(RedisConnection connection);
  }

  private <T> Optional<T> ask(Question<T> question) {
    if (away && System.nanoTime() - againAt < 0) {
      return Optional.empty();
    }
    try (var connection = redis.getConnection()) {
      var answer = question.ask(connection);
      away = false;
      return Optional.of(answer);
    } catch (RuntimeException e) {
      againAt = System.nanoTime() + PAUSE.toNanos();
      if (!away) {
        away = true;
        log.warn("Redis is away: nothing is counted live meanwhile ({})", e.toString());
      }
      return Optional.empty();
    }
  }

  private long minute() {
    return clock.instant().getEpochSecond() / MINUTE;
  }

  private static byte[][] keys(String what, String tenant, long now, int minutes) {
    return LongStream.rangeClosed(now - minutes + 1, now)
        .mapToObj(minute -> key(what, tenant, minute))
        .toArray(byte[][]::new);
  }

  /** The braces keep a tenant's keys on one node of a Redis cluster, so that they can be merged. */
  private static byte[] key(String what, String tenant, long minute) {
    return bytes("offstage.live.%s.{%s}.%d".formatted(what, tenant, minute));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
