package dev.offstage.e2e.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class WebhookIT {
  private final Offstage offstage = Offstage.shared();
  private final Offstage.Tenant tenant = offstage.tenant();
  private final Receiver receiver = new Receiver();

  @AfterEach
  void close() {
    receiver.close();
  }

  private static String id(JsonNode created) {
    return created.path("endpoint").path("id").asString();
  }

  @Test
  void aCompletedJobIsToldSignedAndWrittenDown() {
    var created = tenant.endpoint(receiver.url("/a"), "job.*", ",\"headers\":{\"X-Key\":\"hush\"}");
    var job = tenant.enqueue("offstage.echo", "{\"n\":1}");

    var call = receiver.await("/a", 1).getFirst();

    assertThat(Verifier.accepts(created.path("secret").asString(), call)).isTrue();
    assertThat(call.header("Content-Type")).isEqualTo("application/json");
    assertThat(call.header("X-Key")).isEqualTo("hush");
    assertThat(call.json().path("type").asString()).isEqualTo("job.completed");
    assertThat(call.json().path("timestamp").asString()).isNotBlank();
    var data = call.json().path("data");
    assertThat(data.path("id").asString()).isEqualTo(job);
    assertThat(data.path("kind").asString()).isEqualTo("offstage.echo");
    assertThat(data.path("result").path("n").asInt()).isEqualTo(1);
    var delivery = awaitDelivery(id(created), "completed");
    var log = tenant.get("/v1/webhooks/deliveries/" + delivery.path("id").asString());
    assertThat(log.path("body").asString()).isEqualTo(call.text());
    assertThat(log.path("delivery").path("event").asString()).isEqualTo(call.header("webhook-id"));
    var attempt = log.path("attempts").path(0);
    assertThat(attempt.path("status").asInt()).isEqualTo(200);
    assertThat(attempt.path("requestHeaders").path("webhook-id").asString())
        .isEqualTo(call.header("webhook-id"));
    assertThat(log.toString()).doesNotContain("hush");
  }

  private JsonNode awaitDelivery(String endpoint, String state) {
    return Awaitility.await("a delivery that is " + state)
        .atMost(Duration.ofSeconds(60))
        .until(
            () -> tenant.deliveries(endpoint).path(0),
            delivery -> delivery.path("state").asString("").equals(state));
  }

  @Test
  void bothSecretsVerifyWhileOneReplacesTheOther() {
    var created = tenant.endpoint(receiver.url("/r"), "x.y", "");
    var old = created.path("secret").asString();
    var rotated =
        tenant.post("/v1/webhooks/endpoints/" + id(created) + "/secret", "{\"overlap\":\"1h\"}");
    var fresh = rotated.path("secret").asString();
    tenant.tell("x.y", "{\"a\": 1.50}");

    var during = receiver.await("/r", 1).getFirst();
    assertThat(Verifier.accepts(old, during)).isTrue();
    assertThat(Verifier.accepts(fresh, during)).isTrue();
    assertThat(Verifier.acceptsInJavaScript(old, during)).isTrue();
    assertThat(Verifier.acceptsInJavaScript(fresh, during)).isTrue();
    assertThat(Verifier.acceptsInJavaScript("whsec_" + "A".repeat(44), during)).isFalse();

    tenant.post("/v1/webhooks/endpoints/" + id(created) + "/secret", "{\"overlap\":\"0s\"}");
    tenant.tell("x.y", "{}");
    var after = receiver.await("/r", 2).getLast();
    assertThat(Verifier.accepts(old, after)).isFalse();
    assertThat(Verifier.accepts(fresh, after)).isFalse();
  }

  @Test
  void everyEndOfAJobIsToldToWhoAsksForIt() {
    tenant.endpoint(receiver.url("/e"), "job.*", "");
    tenant.endpoint(receiver.url("/d"), "job.discarded", "");
    var failing = tenant.enqueue("offstage.fail", "{\"times\":1}");
    var permanent = tenant.enqueue("offstage.fail", "{\"permanent\":true}");
    var later =
        tenant
            .post("/v1/jobs", "{\"kind\":\"offstage.echo\",\"delay\":\"1h\"}")
            .path("id")
            .asString();
    tenant.post("/v1/jobs/" + later + "/cancel", "");

    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(
            () ->
                assertThat(told("/e"))
                    .contains(
                        "job.failed " + failing,
                        "job.completed " + failing,
                        "job.discarded " + permanent,
                        "job.cancelled " + later));
    assertThat(told("/d")).containsExactly("job.discarded " + permanent);
    var failed =
        receiver.at("/e").stream()
            .filter(call -> call.json().path("type").asString().equals("job.failed"))
            .findFirst()
            .orElseThrow();
    assertThat(failed.json().path("data").path("error").path("reason").asString())
        .isEqualTo("asked-to-fail");
    assertThat(failed.json().path("data").path("attempt").asInt()).isEqualTo(1);
  }

  private List<String> told(String path) {
    return receiver.at(path).stream()
        .map(
            call ->
                call.json().path("type").asString()
                    + " "
                    + call.json().path("data").path("id").asString())
        .toList();
  }

  @Test
  void aReadyAssetIsToldOnce() {
    tenant.endpoint(receiver.url("/as"), "asset.ready", "");
    var asset = UUID.randomUUID();
    offstage
        .jdbc()
        .sql(
            """
            insert into asset (id, tenant, blob_key, byte_size, media_type)
            values (:id, :tenant, 'none', 3, 'image/png')
            """)
        .param("id", asset)
        .param("tenant", tenant.name())
        .update();
    for (int n = 0; n < 2; n++) {
      offstage
          .jdbc()
          .sql("update asset set ready_at = now(), width = 7 where id = :id")
          .param("id", asset)
          .update();
    }
    tenant.endpoint(receiver.url("/mark"), "x.last", "");
    tenant.tell("x.last", "{}");

    receiver.await("/mark", 1);
    var calls = receiver.await("/as", 1);
    assertThat(calls).hasSize(1);
    assertThat(calls.getFirst().json().path("data").path("id").asString())
        .isEqualTo(asset.toString());
    assertThat(calls.getFirst().json().path("data").path("width").asInt()).isEqualTo(7);
  }

  @Test
  void anOrderedEndpointThatFailsForAWhileGetsEverythingInOrder() {
    var tries = new AtomicInteger();
    receiver.answer(
        "/o",
        (call, exchange) ->
            exchange.sendResponseHeaders(tries.incrementAndGet() <= 3 ? 500 : 200, -1));
    tenant.endpoint(receiver.url("/o"), "seq.*", ",\"ordered\":true");
    IntStream.rangeClosed(1, 8).forEach(n -> tenant.tell("seq.n", "{\"n\":" + n + "}"));

    Awaitility.await()
        .atMost(Duration.ofSeconds(90))
        .pollInterval(Duration.ofMillis(200))
        .until(
            () -> {
              tenant.hasten();
              return distinct("/o").size() == 8;
            });

    assertThat(distinct("/o"))
        .containsExactlyElementsOf(IntStream.rangeClosed(1, 8).boxed().toList());
    var ids = receiver.at("/o").stream().map(call -> call.header("webhook-id")).toList();
    assertThat(ids.subList(0, 4)).as("every try has the same id").containsOnly(ids.getFirst());
    assertThat(receiver.at("/o")).hasSize(11);
  }

  private List<Integer> distinct(String path) {
    var numbers = new ArrayList<Integer>();
    for (var call : receiver.at(path)) {
      int n = call.json().path("data").path("n").asInt();
      if (!numbers.contains(n)) {
        numbers.add(n);
      }
    }
    return numbers;
  }

  @Test
  void withoutOrderOneThatFailsHoldsUpNoOther() {
    receiver.answer(
        "/u",
        (call, exchange) ->
            exchange.sendResponseHeaders(
                call.json().path("data").path("n").asInt() == 1 ? 404 : 200, -1));
    tenant.endpoint(receiver.url("/u"), "seq.*", "");
    IntStream.rangeClosed(1, 5).forEach(n -> tenant.tell("seq.n", "{\"n\":" + n + "}"));

    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(() -> assertThat(distinct("/u")).contains(1, 2, 3, 4, 5));
  }

  @Test
  void aPausedEndpointLosesNothing() {
    var endpoint = id(tenant.endpoint(receiver.url("/p"), "x.*", ""));
    var path = "/v1/webhooks/endpoints/" + endpoint;
    assertThat(
            tenant.post(path + "/pause", "{\"reason\":\"maintenance\"}").path("reason").asString())
        .isEqualTo("maintenance");
    tenant.tell("x.a", "{}");
    tenant.tell("x.b", "{}");
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(() -> assertThat(tenant.deliveries(endpoint)).hasSize(2));
    Awaitility.await("both wait at the gate")
        .atMost(Duration.ofSeconds(60))
        .until(() -> parked() == 2);
    assertThat(receiver.at("/p")).isEmpty();

    tenant.post(path + "/resume", "");

    assertThat(receiver.await("/p", 2)).hasSize(2);
  }

  private int parked() {
    return offstage
        .jdbc()
        .sql("select count(*) from parked p join job j on j.id = p.job_id where j.tenant = :tenant")
        .param("tenant", tenant.name())
        .query(Integer.class)
        .single();
  }

  @Test
  void anEndpointThatIsGoneIsDisabledAndTheOthersAreTold() {
    receiver.answer("/g", Receiver.status(410));
    var gone = id(tenant.endpoint(receiver.url("/g"), "x.*", ""));
    tenant.endpoint(receiver.url("/others"), "webhook.endpoint.disabled", "");
    tenant.tell("x.a", "{}");

    var told = receiver.await("/others", 1).getFirst().json().path("data");

    assertThat(told.path("endpoint").asString()).isEqualTo(gone);
    var endpoint = tenant.get("/v1/webhooks/endpoints/" + gone);
    assertThat(endpoint.path("state").asString()).isEqualTo("disabled");
    assertThat(endpoint.path("reason").asString()).contains("410");
    assertThat(awaitDelivery(gone, "discarded").path("error").path("reason").asString())
        .isEqualTo("http-410");
    assertThat(receiver.at("/g")).hasSize(1);
  }

  @Test
  void fiveDaysOfNothingButFailureDisable() {
    receiver.answer("/f", Receiver.status(404));
    var endpoint = id(tenant.endpoint(receiver.url("/f"), "x.*", ""));
    tenant.tell("x.a", "{}");
    receiver.await("/f", 1);
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .until(
            () ->
                !tenant
                    .get("/v1/webhooks/endpoints/" + endpoint)
                    .path("failingSince")
                    .asString("")
                    .isEmpty());
    since(endpoint, "4 days 23 hours");
    awaitDelivery(endpoint, "retryable");
    tenant.hasten();
    receiver.await("/f", 2);
    awaitDelivery(endpoint, "retryable");
    assertThat(tenant.get("/v1/webhooks/endpoints/" + endpoint).path("state").asString())
        .isEqualTo("active");

    since(endpoint, "5 days");
    tenant.hasten();

    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(
            () ->
                assertThat(
                        tenant.get("/v1/webhooks/endpoints/" + endpoint).path("state").asString())
                    .isEqualTo("disabled"));
  }

  private void since(String endpoint, String time) {
    offstage
        .jdbc()
        .sql(
            "update webhook_endpoint set failing_since = now() - :time::interval"
                + " where id = :id::uuid")
        .param("time", time)
        .param("id", endpoint)
        .update();
  }

  @Test
  void whatAnEndpointDoesWrongIsSaidInTheLog() throws IOException {
    receiver.answer(
        "/redirect",
        (call, exchange) -> {
          exchange.getResponseHeaders().set("Location", receiver.url("/elsewhere"));
          exchange.sendResponseHeaders(302, -1);
        });
    var never = new CountDownLatch(1);
    receiver.answer(
        "/drip",
        (call, exchange) -> {
          exchange.sendResponseHeaders(200, 1_000_000);
          do {
            exchange.getResponseBody().write('.');
            exchange.getResponseBody().flush();
          } while (!never.await(50, TimeUnit.MILLISECONDS));
        });
    receiver.answer(
        "/endless",
        (call, exchange) -> {
          exchange.sendResponseHeaders(500, 0);
          while (true) {
            exchange.getResponseBody().write(new byte[8192]);
          }
        });
    receiver.answer(
        "/forever",
        (call, exchange) -> {
          exchange.sendResponseHeaders(200, 0);
          while (true) {
            exchange.getResponseBody().write(new byte[8192]);
          }
        });
    assertThat(reason("/forever")).isEqualTo("answer-too-large");
    assertThat(reason("/redirect")).isEqualTo("http-302");
    assertThat(reason("/drip")).isEqualTo("timeout");
    assertThat(reason("/endless")).isEqualTo("http-500");
    try (var noTls = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      Thread.ofVirtual().start(() -> refuseTls(noTls));
      assertThat(reasonOf("https://127.0.0.1:" + noTls.getLocalPort() + "/"))
          .isEqualTo("tls-failed");
    }
    assertThat(reasonOf("http://127.0.0.1:1/closed")).isEqualTo("connect-failed");
    assertThat(receiver.at("/elsewhere")).isEmpty();
  }

  @Test
  void aLongAnswerIsASuccessAndSaidToBeCut() {
    receiver.answer("/long", Receiver.text(200, "text/plain", "x".repeat(100_000)));
    receiver.answer("/short", Receiver.text(200, "text/plain", "x".repeat(4_096)));
    for (var path : List.of("/long", "/short")) {
      var endpoint = id(tenant.endpoint(receiver.url(path), "none", ""));
      tenant.post("/v1/webhooks/endpoints/" + endpoint + "/test", "");
      var delivery = awaitDelivery(endpoint, "completed").path("id").asString();
      var attempt = tenant.get("/v1/webhooks/deliveries/" + delivery).path("attempts").path(0);
      assertThat(attempt.path("answerCut").asBoolean()).as(path).isEqualTo(path.equals("/long"));
      assertThat(attempt.path("answer").asString()).hasSize(4_096);
      assertThat(attempt.path("error").isMissingNode() || attempt.path("error").isNull()).isTrue();
    }
  }

  @Test
  void anEndpointMaySayWhenItIsToBeTriedAgain() {
    receiver.answer(
        "/later",
        (call, exchange) -> {
          exchange.getResponseHeaders().set("Retry-After", "7200");
          exchange.sendResponseHeaders(400, -1);
        });
    var endpoint = id(tenant.endpoint(receiver.url("/later"), "none", ""));
    tenant.post("/v1/webhooks/endpoints/" + endpoint + "/test", "");

    var delivery = awaitDelivery(endpoint, "retryable");

    var attempt =
        tenant
            .get("/v1/webhooks/deliveries/" + delivery.path("id").asString())
            .path("attempts")
            .path(0);
    for (var next : List.of(delivery.path("nextAt"), attempt.path("nextAt"))) {
      assertThat(
              Duration.between(
                  Instant.parse(attempt.path("at").asString()), Instant.parse(next.asString())))
          .isBetween(Duration.ofMinutes(119), Duration.ofMinutes(121));
    }
  }

  private static void refuseTls(ServerSocket server) {
    while (!server.isClosed()) {
      try (var socket = server.accept()) {
        socket.getOutputStream().write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes());
        socket.getInputStream().readNBytes(1);
      } catch (IOException e) {
        // closed
      }
    }
  }

  private String reason(String path) {
    return reasonOf(receiver.url(path));
  }

  private String reasonOf(String url) {
    var endpoint = id(tenant.endpoint(url, "none", ""));
    tenant.post("/v1/webhooks/endpoints/" + endpoint + "/test", "");
    var delivery = awaitDelivery(endpoint, "retryable").path("id").asString();
    var attempt = tenant.get("/v1/webhooks/deliveries/" + delivery).path("attempts").path(0);
    assertThat(attempt.path("nextAt").asString("")).isNotEmpty();
    assertThat(attempt.path("error").path("message").asString("")).isNotEmpty();
    assertThat(attempt.path("answer").asString("").length()).isLessThanOrEqualTo(4096);
    return attempt.path("error").path("reason").asString();
  }

  @Test
  void aDeliveryIsReplayedAndSoIsAllSinceATime() {
    var endpoint = id(tenant.endpoint(receiver.url("/re"), "x.*", ""));
    IntStream.rangeClosed(1, 3).forEach(n -> tenant.tell("x.n", "{\"n\":" + n + "}"));
    receiver.await("/re", 3);
    var first = tenant.deliveries(endpoint).path(2).path("id").asString();

    tenant.post("/v1/webhooks/deliveries/" + first + "/replay", "");
    receiver.await("/re", 4);
    var replayed =
        tenant.post(
            "/v1/webhooks/endpoints/" + endpoint + "/replay",
            "{\"since\":\"2020-01-01T00:00:00Z\"}");

    assertThat(replayed.path("replayed").asInt()).isEqualTo(3);
    var calls = receiver.await("/re", 7);
    assertThat(calls.stream().map(call -> call.header("webhook-id")).distinct()).hasSize(3);
    assertThat(calls.stream().map(Receiver.Call::text).distinct()).hasSize(3);
  }

  /** Time is PostgreSQL's: an hour passes by moving what was written down for later. */
  @Test
  void aDestinationThatWasDownForAnHourIsToldEverythingOnceItIsBack() {
    receiver.answer("/h", Receiver.status(503));
    var endpoint = id(tenant.endpoint(receiver.url("/h"), "x.*", ""));
    IntStream.rangeClosed(1, 4).forEach(n -> tenant.tell("x.n", "{\"n\":" + n + "}"));
    receiver.await("/h", 4);
    for (int minutes = 0; minutes < 60; minutes += 10) {
      awaitRest();
      pass(Duration.ofMinutes(10));
    }
    awaitRest();
    assertThat(tenant.deliveries(endpoint)).hasSize(4);
    for (var delivery : tenant.deliveries(endpoint)) {
      assertThat(delivery.path("state").asString()).isIn("retryable", "available");
      // At once, after 5 s, 5 min and 30 min: a shut gate takes no more of them, but fewer.
      assertThat(delivery.path("attempt").asInt()).isBetween(1, 4);
    }
    assertThat(receiver.at("/h")).hasSizeBetween(5, 16);

    receiver.answer("/h", Receiver.status(200));
    int before = receiver.at("/h").size();
    Awaitility.await()
        .atMost(Duration.ofSeconds(90))
        .pollInterval(Duration.ofMillis(500))
        .until(
            () -> {
              pass(Duration.ofMinutes(10));
              return delivered(endpoint) == 4;
            });

    var after = receiver.at("/h").stream().skip(before).map(call -> call.header("webhook-id"));
    assertThat(after.distinct()).hasSize(4);
  }

  private long delivered(String endpoint) {
    long completed = 0;
    for (var delivery : tenant.deliveries(endpoint)) {
      completed += delivery.path("state").asString().equals("completed") ? 1 : 0;
    }
    return completed;
  }

  private void pass(Duration time) {
    for (var statement :
        new String[] {
          """
          update job set due_at = due_at - :time::interval
          where tenant = :tenant and due_at > now() and due_at < 'infinity'
          """,
          """
          update gate set shut_until = shut_until - :time::interval
          where scope = 'destination' and shut_until is not null
            and name like '%' || :tenant || '/%'
          """
        }) {
      offstage
          .jdbc()
          .sql(statement)
          .param("time", time.toString())
          .param("tenant", tenant.name())
          .update();
    }
  }

  /** Until nothing of the tenant's is under way, nor could be. */
  private void awaitRest() {
    Awaitility.await("everything waits for a time")
        .atMost(Duration.ofSeconds(60))
        .until(
            () ->
                offstage
                        .jdbc()
                        .sql(
                            """
                            select count(*) from job j
                            where j.tenant = :tenant and j.ended_at is null
                              and (j.state = 'running' or j.due_at <= now()
                                or exists (select from parked p join gate g on g.id = p.gate
                                           where p.job_id = j.id
                                             and coalesce(g.shut_until <= now(), true)))
                            """)
                        .param("tenant", tenant.name())
                        .query(Integer.class)
                        .single()
                    == 0);
  }
}
