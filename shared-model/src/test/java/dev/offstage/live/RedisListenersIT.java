package dev.offstage.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.offstage.job.JobId;
import dev.offstage.servers.Servers;
import io.lettuce.core.RedisURI;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

class RedisListenersIT {
  private final LettuceConnectionFactory factory =
      new LettuceConnectionFactory(
          LettuceConnectionFactory.createRedisConfiguration(
              RedisURI.create(Servers.shared().redisUri())));
  private final RedisListeners listeners = new RedisListeners(factory);
  private final JobId job = new JobId(UUID.randomUUID());

  @BeforeEach
  void start() {
    factory.afterPropertiesSet();
    factory.start();
    listeners.start();
  }

  @AfterEach
  void stop() {
    listeners.stop();
    factory.destroy();
  }

  @Test
  void whoListensIsKnownUntilItGoes() {
    assertThat(listeners.isListening(job)).isFalse();
    listeners.listening(List.of(job));
    await().until(() -> listeners.isListening(job));
    try (var connection = factory.getConnection()) {
      var key =
          ("offstage.live.listener." + job).getBytes(java.nio.charset.StandardCharsets.US_ASCII);
      assertThat(connection.keyCommands().ttl(key)).isBetween(1L, Listeners.HOLDS.toSeconds());
    }
    listeners.gone(job);
    await().until(() -> !listeners.isListening(job));
  }

  @Test
  void nobodyListensWhereThatCannotBeKnown() {
    var nowhere = new LettuceConnectionFactory("127.0.0.1", 1);
    nowhere.afterPropertiesSet();
    nowhere.start();
    var lost = new RedisListeners(nowhere);
    lost.start();
    try {
      lost.listening(List.of(job));
      lost.gone(job);
      assertThat(lost.isListening(job)).isFalse();
    } finally {
      lost.stop();
      nowhere.destroy();
    }
  }
}
