package dev.offstage.limit;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.data.redis.connection.RedisConnectionFactory;
import org.springframework.data.redis.connection.ReturnType;

/**
 * A script that Redis runs and answers with a number. For a second after Redis did not answer
 * nobody asks it: each question would cost a time-out.
 */
final class RedisScript {
  private static final Logger log = LoggerFactory.getLogger(RedisScript.class);
  private static final Duration PAUSE = Duration.ofSeconds(1);

  private final RedisConnectionFactory redis;
  private final String what;
  private final byte[] script;
  private volatile long awayUntil = System.nanoTime();
  private volatile boolean away;

  /**
   * @param what it keeps, for the log
   * @param script with one key
   */
  RedisScript(RedisConnectionFactory redis, String what, String script) {
    this.redis = redis;
    this.what = what;
    this.script = bytes(script);
  }

  /**
   * @return empty if Redis is away
   */
  OptionalLong run(String key, String... arguments) {
    if (away && System.nanoTime() - awayUntil < 0) {
      return OptionalLong.empty();
    }
    try (var connection = redis.getConnection()) {
      Long answer =
          connection
              .scriptingCommands()
              .eval(script, ReturnType.INTEGER, 1, keysAndArguments(key, arguments));
      if (away) {
        away = false;
        log.info("Redis is back: {} are kept over the whole cluster again", what);
      }
      return OptionalLong.of(answer == null ? 0 : answer);
    } catch (RuntimeException e) {
      awayUntil = System.nanoTime() + PAUSE.toNanos();
      if (!away) {
        away = true;
        log.warn("Redis is away: each process keeps {} for itself ({})", what, e.toString());
      }
      return OptionalLong.empty();
    }
  }

  private static byte[][] keysAndArguments(String key, String... arguments) {
    var all = new byte[arguments.length + 1][];
    all[0] = bytes(key);
    for (int i = 0; i < arguments.length; i++) {
      all[i + 1] = bytes(arguments[i]);
    }
    return all;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
