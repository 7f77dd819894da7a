package dev.offstage.limit;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.data.redis.connection.RedisConnectionFactory;

@Configuration(proxyBeanMethods = false)
class LimitConfiguration {
  @Bean
  Quotas quotas(RedisConnectionFactory redis) {
    return new RedisQuotas(redis);
  }
}
