package dev.offstage.e2e.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.offstage.client.JobClient;
import dev.offstage.job.JobId;
import dev.offstage.job.JobKind;
import dev.offstage.job.JobState;
import dev.offstage.job.NewJob;
import dev.offstage.secret.Secret;
import dev.offstage.secret.SecretPlace;
import dev.offstage.secret.Secrets;
import dev.offstage.servers.Servers;
import dev.offstage.store.JobStore;
import dev.offstage.worker.integration.push.provider.Credential;
import dev.offstage.worker.integration.push.provider.Notification;
import dev.offstage.worker.integration.push.provider.PushProvider;
import dev.offstage.worker.integration.push.provider.Sending;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Pushes to very many, through the whole engine, to a provider that counts. */
class FanOutIT {
  private static final int MANY = 100_000;
  private static final int SOME = 1_200;
  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final AtomicIntegerArray SENT = new AtomicIntegerArray(MANY + SOME);
  private static final AtomicIntegerArray ASKED = new AtomicIntegerArray(MANY + SOME);

  @TempDir
  @SuppressWarnings("NullAway.Init")
  private static Path blobs;

  @SuppressWarnings("NullAway.Init")
  private static ConfigurableApplicationContext context;

  /** In the place of FCM. A token is a number; one in 997 is busy when it is asked first. */
  @Configuration(proxyBeanMethods = false)
  static class Counting {
    @Bean
    static BeanFactoryPostProcessor withoutFcm() {
      return beans -> ((BeanDefinitionRegistry) beans).removeBeanDefinition("fcmProvider");
    }

    @Bean
    PushProvider countingProvider() {
      return new PushProvider() {
        @Override
        public String name() {
          return "fcm";
        }

        @Override
        public CompletableFuture<Sending> send(Credential credential, Notification notification) {
          return CompletableFuture.completedFuture(answer(notification));
        }
      };
    }

    private static Sending answer(Notification notification) {
      int number = Integer.parseInt(notification.token());
      boolean first = ASKED.incrementAndGet(number) == 1;
      if (number % 997 == 1 && first) {
        return new Sending.Later("UNAVAILABLE", null, false);
      }
      if (number % 1_000 == 999) {
        return new Sending.Dead("UNREGISTERED", null);
      }
      SENT.incrementAndGet(number);
      return new Sending.Sent();
    }
  }

  @BeforeAll
  static void start() {
    context =
        Applications.start(
            List.of(Counting.class),
            Servers.shared().springProperties(true, true),
            blobs,
            "--offstage.secrets.keys=k1:MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=",
            "--offstage.destinations.rules[0].pattern=fcm:*",
            "--offstage.destinations.rules[0].at-once=50");
    var jdbc = jdbc();
    jdbc.sql("insert into tenant (id, name) values ('acme', 'Acme')").update();
    var id = UUID.randomUUID();
    var place = new SecretPlace("acme", "push.credential", id.toString());
    jdbc.sql(
            """
            insert into push_credential (id, tenant, provider, app, facts, secret)
            values (?, 'acme', 'fcm', 'com.example.app', '{"projectId": "my-project"}', ?)
            """)
        .params(id, context.getBean(Secrets.class).seal(place, Secret.of("{}")))
        .update();
    devices(0, MANY, "many");
    devices(MANY, SOME, "some");
  }

  @AfterAll
  static void stop() {
    context.close();
  }

  private static JdbcClient jdbc() {
    return context.getBean(JdbcClient.class);
  }

  private static void devices(int from, int count, String topic) {
    jdbc()
        .sql(
            """
            with devices as (
              insert into device (id, tenant, owner, platform, provider, app, token)
              select gen_random_uuid(), 'acme', 'u' || n, 'android', 'fcm', 'com.example.app',
                n::text
              from generate_series(:from, :from + :count - 1) n
              returning id)
            insert into device_topic (tenant, topic, device_id) select 'acme', :topic, id from devices
            """)
        .param("from", from)
        .param("count", count)
        .param("topic", topic)
        .update();
  }

  private static JobId push(String to) {
    var payload = "{\"to\":%s,\"content\":{\"default\":{\"title\":\"Hi\"}}}".formatted(to);
    return context
        .getBean(JobClient.class)
        .enqueue(NewJob.of("acme", null, new JobKind("push.send"), payload));
  }

  private static JsonNode result(JobId id) {
    var jobs = context.getBean(JobStore.class);
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(500))
        .until(() -> jobs.find(id, "acme", null).orElseThrow().state().isTerminal());
    var job = jobs.find(id, "acme", null).orElseThrow();
    assertThat(job.state()).as(String.valueOf(job.failure())).isEqualTo(JobState.COMPLETED);
    return JSON.readTree(String.valueOf(job.result()));
  }

  @Test
  void aHundredThousandDevicesOfATopicGetItOnceEachInBoundedMemory() {
    long before = heap();
    var id = push("{\"topic\":\"many\"}");
    var result = result(id);

    assertThat(result.get("members").asInt()).isEqualTo(MANY);
    assertThat(result.get("devices").asInt()).isEqualTo(MANY);
    assertThat(result.get("sent").asInt()).isEqualTo(MANY - MANY / 1_000);
    assertThat(result.get("removed").asInt()).isEqualTo(MANY / 1_000);
    assertThat(result.get("failed")).isEmpty();
    for (int i = 0; i < MANY; i++) {
      assertThat(SENT.get(i)).as("sendings to %d", i).isEqualTo(i % 1_000 == 999 ? 0 : 1);
    }
    int parts = count("select count(*) from push_part where push = ?", id);
    assertThat(parts).isEqualTo(MANY / 500);
    assertThat(count("select count(*) from job where tags @> array['push:' || ?::text]", id))
        .isEqualTo(parts);
    // A hundred thousand ids and tokens alone would be more.
    assertThat(heap() - before).isLessThan(24L * 1024 * 1024);
  }

  private static int count(String sql, JobId id) {
    return jdbc().sql(sql).param(id.value()).query(Integer.class).single();
  }

  private static long heap() {
    System.gc();
    var runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }

  @Test
  void listOfUsersIsSentToPartByPart() {
    var audience = UUID.randomUUID();
    jdbc()
        .sql("insert into push_audience (id, tenant, members) values (?, 'acme', ?)")
        .params(audience, SOME + 1)
        .update();
    jdbc()
        .sql(
            """
            insert into push_audience_part (audience, no, users, devices)
            select ?, (n - ?) / 500, array_agg('u' || n), '{}'
            from generate_series(?, ?) n group by 2
            """)
        .params(audience, MANY, MANY, MANY + SOME) // the last one has no device
        .update();

    var result = result(push("{\"audience\":\"" + audience + "\"}"));

    assertThat(result.get("members").asInt()).isEqualTo(SOME + 1);
    assertThat(result.get("unreached").asInt()).isEqualTo(1);
    assertThat(result.get("sent").asInt() + result.get("removed").asInt()).isEqualTo(SOME);
    for (int i = MANY; i < MANY + SOME; i++) {
      assertThat(SENT.get(i)).as("sendings to %d", i).isEqualTo(i % 1_000 == 999 ? 0 : 1);
    }
  }

  @Test
  void unknownListIsADeadLetter() {
    var id = push("{\"audience\":\"" + UUID.randomUUID() + "\"}");
    var jobs = context.getBean(JobStore.class);
    await()
        .atMost(PATIENCE)
        .until(() -> jobs.find(id, "acme", null).orElseThrow().state().isTerminal());
    var failure = jobs.find(id, "acme", null).orElseThrow().failure();
    assertThat(failure).isNotNull();
    assertThat(failure.reason()).isEqualTo("audience-unknown");
  }

  @Test
  void emptyTopicIsSentToNobody() {
    assertThat(result(push("{\"topic\":\"nobody\"}")).get("members").asInt()).isZero();
  }
}
