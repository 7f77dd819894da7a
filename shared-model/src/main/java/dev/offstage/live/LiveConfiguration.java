package dev.offstage.live;

import io.lettuce.core.ClientOptions.DisconnectedBehavior;
import java.time.InstantSource;
import org.springframework.boot.data.redis.autoconfigure.LettuceClientOptionsBuilderCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.data.redis.connection.RedisConnectionFactory;

@Configuration(proxyBeanMethods = false)
class LiveConfiguration {

  @Bean
  RedisLiveUpdates liveUpdates(RedisConnectionFactory redis) {
    return new RedisLiveUpdates(redis);
  }

  @Bean
  RedisListeners listeners(RedisConnectionFactory redis) {
    return new RedisListeners(redis);
  }

  @Bean
  LiveCounts liveCounts(RedisConnectionFactory redis, InstantSource clock) {
    return new RedisLiveCounts(redis, clock);
  }

  /** With Redis away a command fails at once; by default they would gather in memory. */
  @Bean
  LettuceClientOptionsBuilderCustomizer rejectCommandsWhileDisconnected() {
    return options -> options.disconnectedBehavior(DisconnectedBehavior.REJECT_COMMANDS);
  }
}
