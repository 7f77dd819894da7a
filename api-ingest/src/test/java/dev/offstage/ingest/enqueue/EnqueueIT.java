package dev.offstage.ingest.enqueue;

import static dev.offstage.ingest.IngestServer.json;
import static dev.offstage.ingest.IngestServer.send;
import static org.assertj.core.api.Assertions.assertThat;

import dev.offstage.ingest.IngestServer;
import dev.offstage.ingest.auth.Scope;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.core.simple.JdbcClient;

class EnqueueIT {
  private final IngestServer server = IngestServer.shared();
  private final String key = server.key("enqueuers");

  private HttpResponse<String> post(String token, String body, String... headers) {
    return post(token, body.getBytes(StandardCharsets.UTF_8), headers);
  }

  private HttpResponse<String> post(String token, byte[] body, String... headers) {
    var request = server.request("/v1/jobs", token).header("Content-Type", "application/json");
    if (headers.length > 0) {
      request.headers(headers);
    }
    return send(request.POST(HttpRequest.BodyPublishers.ofByteArray(body)));
  }

  private Map<String, @Nullable Object> row(HttpResponse<String> accepted) {
    return server
        .bean(JdbcClient.class)
        .sql(
            """
            select *, payload::text as text, tags::text as tagged,
                   extract(epoch from timeout)::int as wait,
                   round(extract(epoch from expires_at - now()) / 3600)::int as hours
            from job where id = ?
            """)
        .param(UUID.fromString(json(accepted).get("id").asString()))
        .query()
        .singleRow();
  }

  private static void isRefused(HttpResponse<String> response, String... fields) {
    assertThat(response.statusCode()).as(response.body()).isEqualTo(400);
    assertThat(response.headers().firstValue("Content-Type")).hasValue("application/problem+json");
    if (fields.length > 0) {
      assertThat(json(response).get("errors").valueStream().map(e -> e.get("field").asString()))
          .containsExactlyInAnyOrder(fields);
    }
  }

  @Test
  void aJobIsCommittedThenAnswered() {
    var response = post(key, "{\"kind\":\"test.mail\",\"payload\":{\"to\":\"ada\"}}");

    assertThat(response.statusCode()).as(response.body()).isEqualTo(202);
    var id = json(response).get("id").asString();
    assertThat(response.body()).isEqualTo("{\"id\":\"" + id + "\",\"state\":\"available\"}");
    assertThat(response.headers().firstValue("Location")).hasValue("/v1/jobs/" + id);
    assertThat(json(server.get("/v1/jobs/" + id, key)).get("kind").asString())
        .isEqualTo("test.mail");
    assertThat(row(response))
        .containsEntry("tenant", "enqueuers")
        .containsEntry("owner", null)
        .containsEntry("text", "{\"to\": \"ada\"}");
  }

  @Test
  void everyOptionReachesTheRow() {
    var runAt = Instant.now().plus(Duration.ofDays(2)).truncatedTo(ChronoUnit.MILLIS);
    var response =
        post(
            key,
            """
            {"kind":"test.mail","payload":[1.50,null],"payloadVersion":3,"owner":"ada",
             "priority":"low","runAt":"%s","expiresIn":"P3D","timeout":"90s","maxAttempts":5,
             "backoff":{"type":"polynomial","first":"1s","degree":3,"max":"10m","jitter":0.5},
             "tags":["eu","plan:pro"],"concurrency":{"key":"smtp","limit":4}}\
            """
                .formatted(runAt));

    assertThat(response.statusCode()).as(response.body()).isEqualTo(202);
    assertThat(json(response).get("state").asString()).isEqualTo("scheduled");
    var row = row(response);
    assertThat(row)
        .containsEntry("text", "[1.50, null]")
        .containsEntry("payload_version", 3)
        .containsEntry("owner", "ada")
        .containsEntry("priority", 2)
        .containsEntry("max_attempts", 5)
        .containsEntry("backoff", "polynomial PT1S 3.0 PT10M 0.5")
        .containsEntry("tagged", "{eu,plan:pro}")
        .containsEntry("concurrency_key", "smtp")
        .containsEntry("concurrency_limit", 4);
    assertThat(row.get("wait")).isEqualTo(90);
    assertThat(row.get("run_at")).isEqualTo(Timestamp.from(runAt));
    assertThat(row.get("hours")).isEqualTo(72);
  }

  @Test
  void aTimeThatIsPastIsDueAtOnce() {
    var response = post(key, "{\"kind\":\"test.mail\",\"runAt\":\"2001-01-01T00:00:00+02:00\"}");

    assertThat(json(response).get("state").asString()).isEqualTo("available");
    assertThat(row(response)).containsEntry("run_at", null);
  }

  @Test
  void everythingThatIsWrongIsNamedAtOnce() {
    isRefused(
        post(
            key,
            """
            {"kind":"Not A Kind","payloadVersion":0,"priority":"urgent","delay":"soon",
             "runAt":"tomorrow","timeout":5,"maxAttempts":1.5,"tags":["ok",1],
             "backoff":{"type":"table","delays":["1s","x"]},"unique":{"policy":"maybe","ttl":1},
             "concurrency":{"key":"","limit":0},"callback":{"on":"never"},
             "after":["x",{"id":"y","condition":"z"},3],"workflow":{},"retries":3}\
            """),
        "kind",
        "payloadVersion",
        "priority",
        "delay",
        "runAt",
        "timeout",
        "maxAttempts",
        "tags",
        "backoff",
        "unique.key",
        "unique.policy",
        "unique.ttl",
        "concurrency.key",
        "concurrency.limit",
        "callback.on",
        "callback.kind",
        "after[0].id",
        "after[1].id",
        "after[1].condition",
        "after[2]",
        "workflow.id",
        "workflow.ref",
        "retries");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "kind | {}",
        "kind | {\"kind\":null}",
        "kind | {\"kind\":7}",
        "timeout | {\"kind\":\"a\",\"timeout\":\"8d\"}",
        "delay | {\"kind\":\"a\",\"delay\":\"367d\"}",
        "delay | {\"kind\":\"a\",\"delay\":\"PT-1S\"}",
        "delay | {\"kind\":\"a\",\"delay\":\"1s\",\"runAt\":\"2099-01-01T00:00:00Z\"}",
        "runAt | {\"kind\":\"a\",\"runAt\":\"+99999-01-01T00:00:00Z\"}",
        "runAt | {\"kind\":\"a\",\"runAt\":\"2099-01-01T00:00:00\"}",
        "expiresAt | {\"kind\":\"a\",\"expiresAt\":\"2001-01-01T00:00:00Z\"}",
        "expiresIn | {\"kind\":\"a\",\"expiresIn\":\"999999999d\"}",
        "tags | {\"kind\":\"a\",\"tags\":\"a\"}",
        "tags | {\"kind\":\"a\",\"tags\":[\"a b\"]}",
        "maxAttempts | {\"kind\":\"a\",\"maxAttempts\":1e300}",
        "maxAttempts | {\"kind\":\"a\",\"maxAttempts\":4294967297}",
        "backoff | {\"kind\":\"a\",\"backoff\":{\"type\":\"fixed\",\"delay\":\"31d\"}}",
        "backoff | {\"kind\":\"a\",\"backoff\":{\"type\":\"odd\"}}",
        "backoff.delays | {\"kind\":\"a\",\"backoff\":{\"type\":\"fixed\",\"delays\":[]}}",
        "backoff.jitter | {\"kind\":\"a\",\"backoff\":{\"type\":\"fixed\",\"jitter\":\"1\"}}",
        "orderingKey | {\"kind\":\"a\",\"orderingKey\":\"\\n\"}",
        "receipt.seq | {\"kind\":\"a\",\"receipt\":{\"install\":\"i\"}}",
        "receipt.install | {\"kind\":\"a\",\"receipt\":{\"install\":\"a:b\",\"seq\":1}}",
      })
  void aBadFieldIsNamed(String field, String body) {
    isRefused(post(key, body), field);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "null",
        "[]",
        "7",
        "{",
        "{\"kind\":\"a\"} {}",
        "{\"kind\":\"a\",\"kind\":\"b\"}",
        "{\"kind\":\"a\",\"payload\":{\"x\":1,\"x\":2}}",
        "{\"kind\":\"a\",\"payload\":NaN}",
        "{\"kind\":\"a\",\"payload\":1e99999}",
        "{\"kind\":\"a\",\"payload\":1e-99999}",
        "{\"kind\":\"a\",\"payload\":1e9999999999}",
        "{\"kind\":\"a\",\"payload\":\"\\u0000\"}",
        "{\"kind\":\"a\",\"payload\":{\"\\u0000\":1}}",
        "{\"kind\":\"a\",\"payload\":[\"\\ud800\"]}",
        "{\"kind\":\"a\",\"payload\":\"\\udc00\\ud800\"}",
        "{\"kind\":\"a\",\"unique\":{\"key\":\"\\ud800\"}}",
        "{'kind':'a'}",
        "{\"kind\":\"a\",}",
      })
  void whatCannotBeReadOrStoredIsABadRequest(String body) {
    isRefused(post(key, body));
  }

  @Test
  void brokenUtf8IsABadRequest() {
    isRefused(
        post(key, "{\"kind\":\"a\",\"payload\":\"\u00ff\"}".getBytes(StandardCharsets.ISO_8859_1)));
    isRefused(post(key, "{\"kind\":\"a\"}".getBytes(StandardCharsets.UTF_16)));
  }

  @Test
  void aDeepOneIsABadRequest() {
    isRefused(post(key, "{\"kind\":\"a\",\"payload\":" + "[".repeat(100_000)));
    isRefused(post(key, "{\"kind\":\"a\",\"payload\":" + "[".repeat(64) + "]".repeat(64) + "}"));
    assertThat(
            post(key, "{\"kind\":\"a\",\"payload\":" + "[".repeat(60) + "]".repeat(60) + "}")
                .statusCode())
        .isEqualTo(202);
  }

  @Test
  void whatIsTooLargeIsRefused() {
    var fits = "x".repeat(256 * 1024 - 2);
    assertThat(post(key, "{\"kind\":\"a\",\"payload\":\"" + fits + "\"}").statusCode())
        .isEqualTo(202);
    isRefused(post(key, "{\"kind\":\"a\",\"payload\":\"x" + fits + "\"}"), "payload");
    var huge = post(key, "{\"kind\":\"" + "x".repeat(2_000_000) + "\"}");
    assertThat(huge.statusCode()).isEqualTo(413);
    var odd = post(key, "{\"kind\":\"" + "x".repeat(200_000) + "\"}");
    isRefused(odd, "kind");
    assertThat(odd.body()).hasSizeLessThan(2_000);
  }

  @Test
  void numbersKeepTheirDigits() {
    var digits = "123456789012345678901234567890.12345678901234567890";
    var response = post(key, "{\"kind\":\"a\",\"payload\":" + digits + "}");

    assertThat(row(response)).containsEntry("text", digits);
  }

  @Test
  void kindsOfOffstagesOwnAreRefused() {
    assertThat(post(key, "{\"kind\":\"media.image\"}").statusCode()).isEqualTo(403);
    assertThat(post(key, "{\"kind\":\"a\",\"callback\":{\"kind\":\"media.image\"}}").statusCode())
        .isEqualTo(403);
  }

  @Test
  void withoutTheScopeNobodyEnqueues() {
    var body = "{\"kind\":\"a\"}";

    assertThat(post("", body).statusCode()).isEqualTo(401);
    assertThat(post(server.key("enqueuers", Scope.EVENTS_WRITE), body).statusCode()).isEqualTo(403);
    assertThat(post(server.key("enqueuers", Scope.JOBS_READ), body).statusCode()).isEqualTo(403);
    assertThat(post(server.key("enqueuers", Scope.JOBS_WRITE), body).statusCode()).isEqualTo(202);
  }

  @Test
  void anEndUserEnqueuesWhatIsAllowedAndOwnsIt() {
    var ada = server.token("ada");

    assertThat(post(ada, "{\"kind\":\"test.mail\"}").statusCode()).isEqualTo(403);
    var response = post(ada, "{\"kind\":\"app.sync\",\"priority\":\"low\"}");
    assertThat(response.statusCode()).as(response.body()).isEqualTo(202);
    assertThat(row(response)).containsEntry("owner", "ada").containsEntry("tenant", "acme");
    isRefused(
        post(
            ada,
            """
            {"kind":"app.sync","owner":"bob","priority":"high","unique":{"key":"k"},"orderingKey":"k",
             "concurrency":{"key":"k"},"timeout":"1s","maxAttempts":1,"backoff":{"type":"fixed"},
             "callback":{"kind":"app.x"},"after":[],
             "workflow":{"id":"0190a1b2-0000-7000-8000-000000000000","ref":"x"}}\
            """),
        "owner",
        "priority",
        "unique",
        "orderingKey",
        "concurrency",
        "timeout",
        "maxAttempts",
        "backoff",
        "callback",
        "after",
        "workflow");
  }

  @Test
  void otherMediaTypesAreNotRead() {
    var request = server.request("/v1/jobs", key).header("Content-Type", "text/plain");
    assertThat(send(request.POST(HttpRequest.BodyPublishers.ofString("{}"))).statusCode())
        .isEqualTo(415);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\"\"", "  "})
  void anEmptyIdempotencyKeyIsRefused(String header) {
    isRefused(post(key, "{\"kind\":\"a\"}", "Idempotency-Key", header), "Idempotency-Key");
  }

  @Test
  void aKeyAndAReceiptAreTooMuch() {
    isRefused(
        post(
            key,
            "{\"kind\":\"a\",\"receipt\":{\"install\":\"i\",\"seq\":1}}",
            "Idempotency-Key",
            "k"),
        "receipt");
  }

  @Test
  void aRepeatByKeyIsAnsweredAsAtFirst() {
    var first =
        post(
            key, "{\"kind\":\"test.once\",\"payload\":{\"a\":1,\"b\":2}}", "Idempotency-Key", "r1");
    var again =
        post(
            key,
            "{ \"payload\":{\"b\":2, \"a\":1}, \"kind\":\"test.once\"}",
            "Idempotency-Key",
            "\"r1\"");
    var other = post(key, "{\"kind\":\"test.once\",\"payload\":{}}", "Idempotency-Key", "r1");

    assertThat(first.statusCode()).as(first.body()).isEqualTo(202);
    assertThat(first.headers().firstValue("Idempotent-Replayed")).isEmpty();
    assertThat(again.statusCode()).isEqualTo(202);
    assertThat(again.body()).isEqualTo(first.body());
    assertThat(again.headers().firstValue("Location"))
        .isEqualTo(first.headers().firstValue("Location"));
    assertThat(again.headers().firstValue("Idempotent-Replayed")).hasValue("true");
    assertThat(other.statusCode()).isEqualTo(422);
    assertThat(json(other).get("type").asString()).endsWith("/idempotency-key-reused");
  }

  @Test
  void aKeyIsOneCallersOwn() {
    var body = "{\"kind\":\"app.once\"}";
    var ids =
        List.of(server.token("ada"), server.token("bob"), server.key("acme"), key).stream()
            .map(token -> json(post(token, body, "Idempotency-Key", "shared")).get("id").asString())
            .toList();

    assertThat(ids).doesNotHaveDuplicates();
    assertThat(
            json(post(server.token("ada"), body, "Idempotency-Key", "shared")).get("id").asString())
        .isEqualTo(ids.getFirst());
  }

  @Test
  void aReceiptComesBackAsDurable() {
    var body = "{\"kind\":\"test.once\",\"receipt\":{\"install\":\"i-7\",\"seq\":12}}";
    var first = post(key, body);
    var again = post(key, body);

    assertThat(json(first).get("receipt").toString()).isEqualTo("{\"install\":\"i-7\",\"seq\":12}");
    assertThat(json(first).get("durable").asBoolean()).isTrue();
    assertThat(again.body()).isEqualTo(first.body());
  }

  @Test
  void aTakenUniqueKeyIsAConflictThatNamesTheHolder() {
    var body = "{\"kind\":\"test.unique\",\"unique\":{\"key\":\"u-%s\",\"policy\":\"%s\"}}";
    var unique = UUID.randomUUID().toString();
    var first = post(key, body.formatted(unique, "reject"));
    var second = post(key, body.formatted(unique, "reject"));
    var kept = post(key, body.formatted(unique, "keep"));
    var replaced = post(key, body.formatted(unique, "replace"));

    var id = json(first).get("id").asString();
    assertThat(first.statusCode()).as(first.body()).isEqualTo(202);
    assertThat(second.statusCode()).isEqualTo(409);
    assertThat(json(second).get("type").asString()).endsWith("/unique-key-taken");
    assertThat(json(second).get("job").asString()).isEqualTo(id);
    assertThat(kept.statusCode()).isEqualTo(200);
    assertThat(json(kept).get("id").asString()).isEqualTo(id);
    assertThat(json(kept).get("existing").asBoolean()).isTrue();
    assertThat(replaced.statusCode()).isEqualTo(202);
    assertThat(row(first)).containsEntry("state", "cancelled");
  }

  @Test
  void whatATenantDoesNotHaveCannotBeWaitedFor() {
    var theirs = json(post(server.key("strangers"), "{\"kind\":\"test.a\"}")).get("id").asString();
    var nobodys = "0190a1b2-0000-7000-8000-000000000000";
    for (var id : List.of(theirs, nobodys)) {
      var child = post(key, "{\"kind\":\"test.b\",\"after\":[\"" + id + "\"]}");
      assertThat(child.statusCode()).as(child.body()).isEqualTo(422);
      assertThat(json(child).get("type").asString()).endsWith("/unknown-parent");
      var member =
          post(key, "{\"kind\":\"test.b\",\"workflow\":{\"id\":\"" + id + "\",\"ref\":\"x\"}}");
      assertThat(member.statusCode()).as(member.body()).isEqualTo(409);
    }
    var ours = json(post(key, "{\"kind\":\"test.a\"}")).get("id").asString();
    var child = post(key, "{\"kind\":\"test.b\",\"after\":[\"" + ours + "\"]}");
    assertThat(child.statusCode()).as(child.body()).isEqualTo(202);
    assertThat(json(child).get("state").asString()).isEqualTo("waiting");
  }

  /** The description is a record of its own; this keeps it from describing something else. */
  @Test
  void everyFieldThatIsDescribedIsRead() {
    var api = json(server.get("/v3/api-docs", ""));
    for (var name : api.at("/components/schemas/NewJob/properties").propertyNames()) {
      var response = post(key, "{\"%s\":{\"odd\":[]}}".formatted(name));
      assertThat(response.body())
          .as(name)
          .doesNotContain("\"field\":\"" + name + "\",\"detail\":\"unknown");
    }
    assertThat(api.at("/components/schemas/NewJob/required").toString()).isEqualTo("[\"kind\"]");
  }
}
