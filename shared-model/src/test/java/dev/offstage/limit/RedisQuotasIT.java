package dev.offstage.limit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offstage.job.Rate;
import dev.offstage.servers.RedisServer;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.ClientOptions.DisconnectedBehavior;
import io.lettuce.core.RedisURI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.data.redis.connection.lettuce.LettuceClientConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

/** Over a Redis of its own, which it stops and starts. */
@Timeout(60)
class RedisQuotasIT {
  private static final Rate HOURLY = new Rate(100, Duration.ofHours(1));

  @TempDir
  @SuppressWarnings("NullAway.Init")
  private static Path directory;

  @SuppressWarnings("NullAway.Init")
  private static RedisServer server;

  @SuppressWarnings("NullAway.Init")
  private static LettuceConnectionFactory factory;

  private final String name = UUID.randomUUID().toString();
  private final Quotas quotas = new RedisQuotas(factory);

  @BeforeAll
  static void start() {
    server = new RedisServer(directory, 0);
    server.start();
    factory = factory();
  }

  private static LettuceConnectionFactory factory() {
    var client =
        LettuceClientConfiguration.builder()
            .commandTimeout(Duration.ofSeconds(5))
            .clientOptions(
                ClientOptions.builder()
                    .disconnectedBehavior(DisconnectedBehavior.REJECT_COMMANDS)
                    .build())
            .build();
    var made =
        new LettuceConnectionFactory(
            LettuceConnectionFactory.createRedisConfiguration(RedisURI.create(server.url())),
            client);
    made.afterPropertiesSet();
    made.start();
    return made;
  }

  @AfterAll
  static void stop() {
    factory.destroy();
    server.stop();
  }

  /** Once Redis answers, which a test may have stopped before. */
  private Duration answered(Quotas from, int permits) {
    return Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> from.take(name, HOURLY, permits), Optional::isPresent)
        .orElseThrow();
  }

  @Test
  void aTwentiethComesAtOnceAndTheNextAfterItsShareOfTheTime() {
    for (int i = 0; i < 5; i++) {
      assertThat(answered(quotas, 1)).isZero();
    }
    var wait = answered(quotas, 1);
    assertThat(wait).isBetween(Duration.ofSeconds(30), Duration.ofMinutes(1));
    assertThat(quotas.take("another" + name, HOURLY, 1)).hasValue(Duration.ZERO);
  }

  @Test
  void manyAtOnceAreTakenTogetherAndPaidForAfterwards() {
    assertThat(answered(quotas, 50)).isZero();
    assertThat(answered(quotas, 1)).isBetween(Duration.ofMinutes(25), Duration.ofMinutes(40));
  }

  @Test
  void howeverManyAskTheClusterGetsNoMoreThanThereIs() throws Exception {
    var other = factory();
    other.getConnection().close(); // made before they all ask
    var got = new AtomicInteger();
    try (var threads = Executors.newFixedThreadPool(8)) {
      var asks =
          IntStream.range(0, 200)
              .mapToObj(
                  n ->
                      threads.submit(
                          () -> {
                            var mine = n % 2 == 0 ? quotas : new RedisQuotas(other);
                            if (answered(mine, 1).isZero()) {
                              got.incrementAndGet();
                            }
                          }))
              .toList();
      for (var ask : asks) {
        ask.get();
      }
    } finally {
      other.destroy();
    }
    assertThat(got.get()).isEqualTo(5);
  }

  @Test
  void whileRedisIsAwayItSaysSoAndAfterwardsItCountsAgain() {
    assertThat(answered(quotas, 1)).isZero();
    server.stop();
    Awaitility.await()
        .untilAsserted(() -> assertThat(quotas.take(name, HOURLY, 1)).isEqualTo(Optional.empty()));

    server.start();

    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> quotas.take(name, HOURLY, 1).isPresent());
  }
}
