package dev.offstage.e2e.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class CallIT {
  private final Offstage offstage = Offstage.shared();
  private final Offstage.Tenant tenant = offstage.tenant();
  private final Receiver receiver = new Receiver();

  @AfterEach
  void close() {
    receiver.close();
  }

  /** Enqueues a call; {@code more} is further members of its payload. */
  private String call(String path, String more) {
    return tenant.enqueue("http.call", "{\"url\":\"%s\"%s}".formatted(receiver.url(path), more));
  }

  @Test
  void aSmallJsonAnswerIsTheResultAndTheCallIsSigned() {
    receiver.answer("/c", Receiver.text(200, "application/json", "{\"sum\": 3}"));
    var put =
        tenant.send(
            "PUT",
            "/v1/call-targets/billing",
            "{\"url\":\"%s\",\"headers\":{\"X-Key\":\"hush\"}}".formatted(receiver.url("")));
    assertThat(put.statusCode()).as(put.body()).isEqualTo(201);
    var secret = JsonMapper.builder().build().readTree(put.body()).path("secret").asString();
    var id =
        tenant.enqueue(
            "http.call",
            "{\"target\":\"billing\",\"path\":\"c\",\"headers\":{\"X-Own\":\"1\"},\"body\":[1,2]}");

    var job = tenant.awaitJob(id, "completed");

    assertThat(job.path("result").path("sum").asInt()).isEqualTo(3);
    var call = receiver.at("/c").getFirst();
    assertThat(Verifier.accepts(secret, call)).isTrue();
    assertThat(call.text()).isEqualTo("[1,2]");
    assertThat(call.header("X-Key")).isEqualTo("hush");
    assertThat(call.header("X-Own")).isEqualTo("1");
    assertThat(call.header("Offstage-Job")).isEqualTo(id);
    assertThat(call.header("Offstage-Attempt")).isEqualTo("1");
    assertThat(call.header("Idempotency-Key")).isEqualTo(id);
    assertThat(call.has("Offstage-Token")).isFalse();
  }

  @Test
  void whatMayPassIsTriedAgainAndWhatMayNotIsDiscarded() {
    var tries = new AtomicInteger();
    receiver.answer(
        "/busy",
        (call, exchange) -> {
          exchange.getResponseHeaders().set("Retry-After", "3600");
          exchange.sendResponseHeaders(tries.incrementAndGet() == 1 ? 409 : 204, -1);
        });
    receiver.answer("/no", Receiver.text(422, "text/plain", "no such invoice"));
    var again = call("/busy", "");
    var never = call("/no", "");

    var waiting = tenant.awaitJob(again, "retryable");
    assertThat(Duration.between(instant(waiting, "startedAt"), instant(waiting, "runAt")))
        .isBetween(Duration.ofMinutes(59), Duration.ofMinutes(61));
    tenant.hasten();
    tenant.awaitJob(again, "completed");
    assertThat(receiver.at("/busy").getLast().header("Offstage-Attempt")).isEqualTo("2");
    assertThat(receiver.at("/busy").stream().map(c -> c.header("webhook-id")).distinct())
        .hasSize(1);
    var discarded = tenant.awaitJob(never, "discarded");
    assertThat(discarded.path("error").path("reason").asString()).isEqualTo("http-422");
    assertThat(discarded.path("error").path("message").asString()).contains("no such invoice");
  }

  private static Instant instant(JsonNode job, String name) {
    return Instant.parse(job.path(name).asString());
  }

  /** Answers 202 and the token. */
  private static void takeTime(Receiver receiver, String path) {
    receiver.answer(
        path,
        (call, exchange) -> {
          exchange.getResponseHeaders().set("Offstage-Token", call.header("Offstage-Token"));
          exchange.sendResponseHeaders(202, -1);
        });
  }

  private int finish(String job, String token, String answer) {
    return tenant
        .send("POST", "/v1/jobs/" + job + "/finish", answer, "Offstage-Token", token)
        .statusCode();
  }

  @Test
  void anEndpointThatTookTimeFinishesTheJobOnce() {
    takeTime(receiver, "/t");
    var job = call("/t", ",\"answerWithin\":\"1h\"");
    var other = call("/t", ",\"answerWithin\":\"1h\"");
    tenant.awaitJob(job, "scheduled");
    tenant.awaitJob(other, "scheduled");
    assertThat(held()).as("a job that waits holds no slot").isZero();
    var token = token(job);

    assertThat(finish(job, "wrong", "{}")).isEqualTo(404);
    assertThat(finish(other, token, "{}")).as("another job's token").isEqualTo(404);
    assertThat(finish(UUID.randomUUID().toString(), token, "{}")).isEqualTo(404);
    assertThat(finish(job, token, "{\"result\":1,\"more\":2}")).isEqualTo(400);
    assertThat(finish(job, token, "{\"result\":{\"ok\":true}}")).isEqualTo(204);

    var completed = tenant.awaitJob(job, "completed");
    assertThat(completed.path("result").path("ok").asBoolean()).isTrue();
    assertThat(completed.path("attempt").asInt()).isEqualTo(1);
    assertThat(finish(job, token, "{\"result\":{\"ok\":true}}")).as("twice").isEqualTo(204);
    assertThat(finish(job, token, "{\"result\":{\"ok\":false}}")).isEqualTo(409);
    assertThat(
            finish(
                other, token(other), "{\"error\":{\"reason\":\"declined\",\"message\":\"No.\"}}"))
        .isEqualTo(204);
    assertThat(tenant.awaitJob(other, "discarded").path("error").path("reason").asString())
        .isEqualTo("declined");
    assertThat(receiver.at("/t")).hasSize(2);
  }

  private String token(String job) {
    return receiver.at("/t").stream()
        .filter(call -> call.header("Offstage-Job").equals(job))
        .findFirst()
        .orElseThrow()
        .header("Offstage-Token");
  }

  private int held() {
    return offstage
        .jdbc()
        .sql(
            "select coalesce(sum(held), 0) from gate where scope = 'destination'"
                + " and name like '%' || :tenant || '/%'")
        .param("tenant", tenant.name())
        .query(Integer.class)
        .single();
  }

  @Test
  void anAnswerThatIsQuickerThanTheCallItselfCounts() {
    receiver.answer(
        "/q",
        (call, exchange) -> {
          assertThat(
                  finish(
                      call.header("Offstage-Job"),
                      call.header("Offstage-Token"),
                      "{\"result\":\"quick\"}"))
              .isEqualTo(204);
          exchange.getResponseHeaders().set("Offstage-Token", call.header("Offstage-Token"));
          exchange.sendResponseHeaders(202, -1);
        });

    var job = call("/q", ",\"answerWithin\":\"1h\"");

    assertThat(tenant.awaitJob(job, "completed").path("result").asString()).isEqualTo("quick");
    assertThat(receiver.at("/q")).hasSize(1);
  }

  @Test
  void afterTheDeadlineTheEndpointIsCalledAnewAndTheOldTokenIsTooLate() {
    takeTime(receiver, "/t");
    var job = call("/t", ",\"answerWithin\":\"1h\"");
    tenant.awaitJob(job, "scheduled");
    var token = token(job);
    offstage
        .jdbc()
        .sql("update call_wait set deadline = now() - interval '1 s' where job_id = :id::uuid")
        .param("id", job)
        .update();

    assertThat(finish(job, token, "{}")).isEqualTo(410);
    tenant.hasten();

    var failed = tenant.awaitJob(job, "retryable");
    assertThat(failed.path("error").path("reason").asString()).isEqualTo("answer-overdue");
    tenant.hasten();
    receiver.await("/t", 2);
    tenant.awaitJob(job, "scheduled");
    assertThat(finish(job, token, "{}")).isEqualTo(410);
    assertThat(finish(job, receiver.at("/t").getLast().header("Offstage-Token"), "{}"))
        .isEqualTo(204);
    tenant.awaitJob(job, "completed");
  }

  @Test
  void anAnswerWhoseWakeWasLostIsFoundByTheScheduler() {
    takeTime(receiver, "/t");
    var job = call("/t", ",\"answerWithin\":\"1h\"");
    tenant.awaitJob(job, "scheduled");

    // As if ingest had died between the answer's commit and the wake.
    offstage
        .jdbc()
        .sql(
            "update call_wait set answer = '{\"result\":5}', answered_at = now()"
                + " where job_id = :id::uuid")
        .param("id", job)
        .update();

    assertThat(tenant.awaitJob(job, "completed").path("result").asInt()).isEqualTo(5);
  }

  @Test
  void whatCouldNeverBeCalledIsRefusedWhenItIsEnqueued() {
    for (var payload :
        new String[] {
          "{}",
          "{\"url\":\"https://10.0.0.1/\"}",
          "{\"url\":\"ftp://example.com/\"}",
          "{\"url\":\"https://example.com/\",\"target\":\"a\"}",
          "{\"url\":\"https://example.com/\",\"method\":\"BREW\"}",
          "{\"url\":\"https://example.com/\",\"answerWithin\":\"8d\"}",
          "{\"url\":\"https://example.com/\",\"headers\":{\"Host\":\"x\"}}",
          "{\"url\":\"https://example.com/\",\"tries\":3}"
        }) {
      var answer =
          tenant.send("POST", "/v1/jobs", "{\"kind\":\"http.call\",\"payload\":" + payload + "}");
      assertThat(answer.statusCode()).as(payload + answer.body()).isEqualTo(400);
      assertThat(answer.body()).contains("payload");
    }
    var job = tenant.enqueue("http.call", "{\"target\":\"nobody\"}");
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(
            () ->
                assertThat(tenant.get("/v1/jobs/" + job).path("error").path("reason").asString(""))
                    .isEqualTo("target-unknown"));
  }
}
