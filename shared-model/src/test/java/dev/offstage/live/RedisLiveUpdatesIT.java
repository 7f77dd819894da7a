package dev.offstage.live;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offstage.job.JobId;
import dev.offstage.servers.Servers;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.ClientOptions.DisconnectedBehavior;
import io.lettuce.core.RedisURI;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.data.redis.connection.lettuce.LettuceClientConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

@Timeout(60)
class RedisLiveUpdatesIT {
  private final URI redis = URI.create(Servers.shared().redisUri());
  private final List<AutoCloseable> opened = new ArrayList<>();
  private final JobId job = new JobId(UUID.randomUUID());

  private RedisLiveUpdates node(int port) {
    var client =
        LettuceClientConfiguration.builder()
            .commandTimeout(Duration.ofMillis(500))
            .clientOptions(
                ClientOptions.builder()
                    .disconnectedBehavior(DisconnectedBehavior.REJECT_COMMANDS)
                    .build())
            .build();
    var there = RedisURI.create(redis);
    there.setPort(port);
    var factory =
        new LettuceConnectionFactory(
            LettuceConnectionFactory.createRedisConfiguration(there), client);
    factory.afterPropertiesSet();
    factory.start();
    var node = new RedisLiveUpdates(factory);
    node.start();
    opened.add(
        () -> {
          node.stop();
          factory.destroy();
        });
    return node;
  }

  @AfterEach
  void close() throws Exception {
    for (var each : opened.reversed()) {
      each.close();
    }
  }

  /** Publishes until it is heard: a subscription takes a moment, and hints may be lost. */
  private void isHeard(RedisLiveUpdates from, RedisLiveUpdates to) {
    var heard = new LinkedBlockingQueue<JobId>();
    try (var unused = to.subscribe(job, () -> heard.add(job))) {
      Awaitility.await()
          .atMost(Duration.ofSeconds(20))
          .until(
              () -> {
                from.publish(List.of(job));
                return heard.poll(300, TimeUnit.MILLISECONDS) != null;
              });
    }
  }

  @Test
  void aChangeIsHeardOnAnotherNodeAndOnTheSame() {
    var one = node(redis.getPort());
    var two = node(redis.getPort());

    isHeard(one, two);
    isHeard(two, one);
    isHeard(one, one);
  }

  @Test
  void nobodyIsToldOfOtherJobsNorAfterClosing() throws Exception {
    var one = node(redis.getPort());
    var two = node(redis.getPort());
    isHeard(one, two);
    var heard = new LinkedBlockingQueue<String>();
    var closed = two.subscribe(job, () -> heard.add("closed"));
    closed.close();
    closed.close();
    try (var other = two.subscribe(new JobId(UUID.randomUUID()), () -> heard.add("other"))) {
      isHeard(one, two);
      assertThat(heard.poll(300, TimeUnit.MILLISECONDS)).as("%s", other).isNull();
    }
  }

  @Test
  void manyChangesAreHeardEachThoughTheyTravelTogether() {
    var one = node(redis.getPort());
    var two = node(redis.getPort());
    isHeard(one, two);
    var jobs = IntStream.range(0, 5_000).mapToObj(i -> new JobId(UUID.randomUUID())).toList();
    var heard = new LinkedBlockingQueue<JobId>();
    jobs.forEach(each -> two.subscribe(each, () -> heard.add(each)));

    jobs.forEach(each -> one.publish(List.of(each)));

    Awaitility.await().until(() -> heard.size() >= jobs.size());
    assertThat(heard).containsAll(jobs);
  }

  @Test
  void withRedisAbsentAtTheStartEverythingWorksHereAndElsewhereOnceItComes() throws Exception {
    try (var gate = new Gate(redis)) {
      var one = node(gate.port());
      var two = node(redis.getPort());
      isHeard(one, one); // within the process, without Redis

      gate.open();

      isHeard(one, two);
      isHeard(two, one);
    }
  }

  @Test
  void afterAnOutageChangesAreHeardAgain() throws Exception {
    try (var gate = new Gate(redis)) {
      gate.open();
      var one = node(gate.port());
      var two = node(redis.getPort());
      isHeard(two, one);

      gate.shut();
      for (int i = 0; i < 100_000; i++) {
        one.publish(List.of(new JobId(UUID.randomUUID()))); // neither blocks, fails nor gathers
      }
      isHeard(one, one);
      gate.open();

      isHeard(two, one);
      isHeard(one, two);
    }
  }
}
