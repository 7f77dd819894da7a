package dev.offstage.e2e.webhook;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/**
 * A worker is killed -9 while a receiver has its request, and amid a part of a push; another goes
 * on.
 */
@Timeout(300)
class KilledWorkerIT {
  private static final int DEVICES = 600;
  private static final int PART = 500;

  /** Of the first part's second hundred: half of it is taken, the rest hangs at the death. */
  private static final int HANGS_FROM = 150;

  private static final int HANGS_TO = 200;

  /** What the workers said is kept if the test fails. */
  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  @SuppressWarnings("NullAway.Init")
  private static Path directory;

  private static final CountDownLatch DEAD = new CountDownLatch(1);

  @SuppressWarnings("NullAway.Init")
  private static Offstage offstage;

  @SuppressWarnings("NullAway.Init")
  private static Receiver receiver;

  @SuppressWarnings("NullAway.Init")
  private static String secret;

  @SuppressWarnings("NullAway.Init")
  private static JsonNode push;

  private static int committed;

  @BeforeAll
  static void oneDiesAndAnotherGoesOn() throws Exception {
    offstage = Offstage.withoutWorkers();
    receiver = new Receiver();
    var tenant = offstage.tenant();
    receiver.answer(
        "/k",
        (call, exchange) -> {
          if (receiver.at("/k").size() == 1) {
            DEAD.await();
          }
          exchange.sendResponseHeaders(200, -1);
        });
    secret = tenant.endpoint(receiver.url("/k"), "x.*", "").path("secret").asString();
    tenant.tell("x.a", "{}");
    followers(tenant);
    offstage
        .fcm()
        .answer(
            (call, exchange) -> {
              int n = number(Fcm.message(call));
              if (n >= HANGS_FROM && n < HANGS_TO) {
                DEAD.await();
              }
              Fcm.TAKEN.to(call, exchange);
            });
    var id =
        tenant.enqueue(
            "push.send",
            "{\"to\":{\"topic\":\"news\"},\"content\":{\"default\":{\"title\":\"News\"}}}");

    var first = offstage.worker(directory.resolve("first"));
    try {
      receiver.await("/k", 1);
      Awaitility.await("amid the second hundred of the first part, the other part being done")
          .atMost(Duration.ofSeconds(120))
          .until(
              () ->
                  sent(id, 0) == 100
                      && taken().contains(HANGS_TO - 1)
                      && sent(id, 1) == DEVICES - PART);
      committed = sent(id, 0);
    } finally {
      first.destroyForcibly().waitFor();
      DEAD.countDown();
    }
    var second = offstage.worker(directory.resolve("second"));
    try {
      receiver.await("/k", 2);
      push = tenant.awaitJob(id, "completed", Duration.ofSeconds(120));
    } finally {
      second.destroyForcibly().waitFor();
    }
  }

  private static void followers(Offstage.Tenant tenant) {
    tenant.put("/v1/push/credentials/fcm/com.example.app", Fcm.credential());
    offstage
        .jdbc()
        .sql(
            """
            with added as (
              insert into device (id, tenant, owner, platform, provider, app, token)
              select (:prefix || lpad(to_hex(n), 12, '0'))::uuid, :tenant, 'user-' || n, 'android',
                     'fcm', 'com.example.app', 'token-' || n
              from generate_series(0, :devices - 1) n
              returning id)
            insert into device_topic (tenant, topic, device_id) select :tenant, 'news', id from added
            """)
        .param("prefix", UUID.randomUUID().toString().substring(0, 24))
        .param("tenant", tenant.name())
        .param("devices", DEVICES)
        .update();
  }

  private static int number(JsonNode message) {
    return Integer.parseInt(message.path("token").asString().substring("token-".length()));
  }

  /** How many are known to have been sent to, of a part. */
  private static int sent(String push, int part) {
    return offstage
        .jdbc()
        .sql("select sent from push_part where push = :push::uuid and no = :part")
        .param("push", push)
        .param("part", part)
        .query(Integer.class)
        .optional()
        .orElse(0);
  }

  private static List<Integer> taken() {
    return offstage.fcm().messages().stream().map(KilledWorkerIT::number).toList();
  }

  @AfterAll
  static void stop() {
    receiver.close();
    offstage.close();
  }

  @Test
  void theNextWorkerDeliversAgainWithTheSameId() throws Exception {
    var calls = receiver.at("/k");

    assertThat(calls.get(1).header("webhook-id")).isEqualTo(calls.get(0).header("webhook-id"));
    assertThat(calls.get(1).text()).isEqualTo(calls.get(0).text());
    assertThat(Verifier.accepts(secret, calls.get(1))).isTrue();
  }

  @Test
  void noRecipientOfAPushIsLostAndTheSummaryCountsEachOnce() {
    assertThat(committed).as("known when the worker died").isEqualTo(100);
    var result = push.path("result");
    assertThat(result.path("members").asInt()).isEqualTo(DEVICES);
    assertThat(result.path("devices").asInt()).isEqualTo(DEVICES);
    assertThat(result.path("sent").asInt()).isEqualTo(DEVICES);
    assertThat(result.path("unreached").asInt()).isZero();
    assertThat(result.path("failed").isEmpty()).isTrue();
    assertThat(taken().stream().distinct()).hasSize(DEVICES);
  }

  @Test
  void onlyWhatWasUnderWayIsSentTwiceAndShownOnce() {
    var twice =
        taken().stream().collect(groupingBy(n -> n, counting())).entrySet().stream()
            .filter(each -> each.getValue() > 1)
            .map(each -> each.getKey())
            .toList();

    assertThat(twice).isNotEmpty().allSatisfy(n -> assertThat(n).isBetween(100, 199));
    var tags =
        offstage.fcm().messages().stream()
            .filter(message -> number(message) == twice.getFirst())
            .map(message -> message.path("android").path("notification").path("tag").asString())
            .distinct();
    assertThat(tags).hasSize(1);
  }
}
