package dev.offstage.ingest.webhook;

import static dev.offstage.ingest.IngestServer.json;
import static org.assertj.core.api.Assertions.assertThat;

import dev.offstage.ingest.IngestServer;
import dev.offstage.ingest.auth.Scope;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.core.simple.JdbcClient;

class WebhookApiIT {
  private static final String ENDPOINTS = "/v1/webhooks/endpoints";

  private final IngestServer server = IngestServer.shared();
  private final String tenant = "t-" + UUID.randomUUID();
  private final String key = server.key(tenant);

  private HttpResponse<String> send(String method, String path, String body, String token) {
    return IngestServer.send(
        server
            .request(path, token)
            .header("Content-Type", "application/json")
            .method(method, BodyPublishers.ofString(body)));
  }

  private HttpResponse<String> create(String body) {
    return send("POST", ENDPOINTS, body, key);
  }

  private String endpoint() {
    var created = create("{\"url\":\"https://example.com/hook\",\"types\":[\"job.*\"]}");
    assertThat(created.statusCode()).as(created.body()).isEqualTo(201);
    return json(created).path("endpoint").path("id").asString();
  }

  @Test
  void theSecretIsShownOnceAndSealedAtRest() {
    var created =
        create(
            "{\"url\":\"https://Example.com/hook?a=b\",\"types\":[\"job.*\",\"a.b\"],"
                + "\"headers\":{\"X-Key\":\"hush-hush\"},\"ordered\":true}");

    assertThat(created.statusCode()).as(created.body()).isEqualTo(201);
    var secret = json(created).path("secret").asString();
    assertThat(secret).startsWith("whsec_");
    var id = json(created).path("endpoint").path("id").asString();
    assertThat(created.headers().firstValue("Location")).hasValue(ENDPOINTS + "/" + id);
    var read = server.get(ENDPOINTS + "/" + id, key);
    assertThat(read.body()).doesNotContain("whsec_", "hush-hush").contains("X-Key");
    assertThat(json(read).path("url").asString()).isEqualTo("https://example.com/hook?a=b");
    var row =
        server
            .bean(JdbcClient.class)
            .sql("select e::text from webhook_endpoint e where id = :id::uuid")
            .param("id", id)
            .query(String.class)
            .single();
    assertThat(row).doesNotContain("hush-hush", secret.substring(6));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "[]",
        "{\"url\":\"https://example.com/\"}",
        "{\"url\":\"https://example.com/\",\"types\":[]}",
        "{\"url\":\"https://example.com/\",\"types\":[\"**\"]}",
        "{\"url\":\"https://example.com/\",\"types\":[\"job.*\"],\"secret\":\"x\"}",
        "{\"url\":\"https://example.com/\",\"types\":[\"*\"],\"ordered\":\"yes\"}",
        "{\"url\":\"https://example.com/\",\"types\":[\"*\"],\"headers\":{\"Host\":\"a\"}}",
        "{\"url\":\"https://example.com/\",\"types\":[\"*\"],\"headers\":{\"Webhook-Id\":\"a\"}}",
        "{\"url\":\"https://example.com/\",\"types\":[\"*\"],\"headers\":{\"A\":\"b\\nC: d\"}}",
        "{\"url\":\"http://example.com/\",\"types\":[\"*\"]}",
        "{\"url\":\"https://127.0.0.1/\",\"types\":[\"*\"]}",
        "{\"url\":\"https://user:pw@example.com/\",\"types\":[\"*\"]}"
      })
  void whatIsNoEndpointIsRefusedSayingWhy(String body) {
    var answer = create(body);

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
    assertThat(json(answer).path("type").asString()).endsWith("/invalid-request");
    assertThat(answer.body()).doesNotContain("pw@");
  }

  @Test
  void whatIsNotSaidStays() {
    var id = endpoint();

    var changed =
        send("PATCH", ENDPOINTS + "/" + id, "{\"description\":\"mine\",\"ordered\":true}", key);

    assertThat(changed.statusCode()).as(changed.body()).isEqualTo(200);
    assertThat(json(changed).path("url").asString()).isEqualTo("https://example.com/hook");
    assertThat(json(changed).path("ordered").asBoolean()).isTrue();
    assertThat(json(changed).path("description").asString()).isEqualTo("mine");
    assertThat(send("PATCH", ENDPOINTS + "/" + id, "{\"types\":[]}", key).statusCode())
        .isEqualTo(400);
  }

  @Test
  void anotherTenantsEndpointsDoNotExist() {
    var id = endpoint();
    var stranger = server.key("t-" + UUID.randomUUID());
    var path = ENDPOINTS + "/" + id;
    var delivery = json(send("POST", path + "/test", "", key)).path("delivery").asString();
    assertThat(delivery).isNotEmpty();

    assertThat(json(server.get(ENDPOINTS, stranger)).path("endpoints")).isEmpty();
    for (var request :
        List.of(
            List.of("GET", path, ""),
            List.of("PATCH", path, "{}"),
            List.of("DELETE", path, ""),
            List.of("POST", path + "/secret", ""),
            List.of("POST", path + "/pause", ""),
            List.of("POST", path + "/resume", ""),
            List.of("POST", path + "/test", ""),
            List.of("POST", path + "/replay", "{\"since\":\"2020-01-01T00:00:00Z\"}"),
            List.of("GET", path + "/deliveries", ""),
            List.of("GET", "/v1/webhooks/deliveries/" + delivery, ""),
            List.of("POST", "/v1/webhooks/deliveries/" + delivery + "/replay", ""))) {
      var answer = send(request.get(0), request.get(1), request.get(2), stranger);
      assertThat(answer.statusCode()).as(request + answer.body()).isEqualTo(404);
    }
    assertThat(server.get(path, key).statusCode()).isEqualTo(200);
    assertThat(server.get("/v1/webhooks/deliveries/" + delivery, key).statusCode()).isEqualTo(200);
  }

  @Test
  void usersAndKeysWithoutTheScopeMayNot() {
    assertThat(server.get(ENDPOINTS, server.token("ada")).statusCode()).isEqualTo(403);
    var reader = server.key(tenant, Scope.WEBHOOKS_READ);
    assertThat(server.get(ENDPOINTS, reader).statusCode()).isEqualTo(200);
    assertThat(send("POST", ENDPOINTS, "{}", reader).statusCode()).isEqualTo(403);
  }

  @Test
  void aRemovedEndpointIsGoneWithItsSecrets() {
    var id = endpoint();

    assertThat(send("DELETE", ENDPOINTS + "/" + id, "", key).statusCode()).isEqualTo(204);

    assertThat(send("DELETE", ENDPOINTS + "/" + id, "", key).statusCode()).isEqualTo(404);
    assertThat(server.get(ENDPOINTS + "/" + id, key).statusCode()).isEqualTo(404);
    var secret =
        server
            .bean(JdbcClient.class)
            .sql("select secret from webhook_endpoint where id = :id::uuid")
            .param("id", id)
            .query(String.class)
            .single();
    assertThat(secret).isEmpty();
  }

  @Test
  void aRepeatedEventIsRecordedOnce() {
    var event = "{\"type\":\"invoice.paid\",\"data\":{\"n\":1}}";
    var first = repeat(event);
    var second = repeat(event);

    assertThat(first.statusCode()).as(first.body()).isEqualTo(202);
    assertThat(second.body()).isEqualTo(first.body());
    assertThat(second.headers().firstValue("Idempotent-Replayed")).hasValue("true");
    assertThat(repeat("{\"type\":\"invoice.paid\",\"data\":{\"n\":2}}").statusCode())
        .isEqualTo(422);
    assertThat(
            server
                .bean(JdbcClient.class)
                .sql("select count(*) from webhook_mark where tenant = :tenant")
                .param("tenant", tenant)
                .query(Integer.class)
                .single())
        .isEqualTo(1);
    var reserved = send("POST", "/v1/webhooks/events", "{\"type\":\"job.completed\"}", key);
    assertThat(reserved.statusCode()).isEqualTo(400);
  }

  private HttpResponse<String> repeat(String event) {
    return IngestServer.send(
        server
            .request("/v1/webhooks/events", key)
            .header("Content-Type", "application/json")
            .header("Idempotency-Key", "k-1")
            .POST(BodyPublishers.ofString(event)));
  }

  @Test
  void deliveriesAreListedPageByPage() {
    var id = endpoint();
    var path = ENDPOINTS + "/" + id;
    for (int n = 0; n < 3; n++) {
      assertThat(send("POST", path + "/test", "", key).statusCode()).isEqualTo(202);
    }

    var first = json(server.get(path + "/deliveries?limit=2", key));
    assertThat(first.path("deliveries")).hasSize(2);
    var second = json(server.get(first.path("next").asString(), key));
    assertThat(second.path("deliveries")).hasSize(1);
    assertThat(second.path("next").isNull()).isTrue();
    assertThat(json(server.get(path + "/deliveries?state=completed", key)).path("deliveries"))
        .isEmpty();
    assertThat(server.get(path + "/deliveries?state=odd", key).statusCode()).isEqualTo(400);
  }

  @Test
  void aTargetsSecretIsShownWhenItIsMadeAndWhenItIsReplaced() {
    var path = "/v1/call-targets/billing";
    var body = "{\"url\":\"https://example.com/api\",\"headers\":{\"X-Key\":\"hush-hush\"}}";
    var made = send("PUT", path, body, key);
    assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
    var secret = json(made).path("secret").asString();

    assertThat(send("PUT", path, body, key).body()).doesNotContain("whsec_");
    assertThat(server.get(path, key).body()).doesNotContain("whsec_", "hush-hush");
    var rotated = send("POST", path + "/secret", "{\"overlap\":\"1h\"}", key);
    assertThat(json(rotated).path("secret").asString()).startsWith("whsec_").isNotEqualTo(secret);
    var stranger = server.key("t-" + UUID.randomUUID());
    assertThat(server.get(path, stranger).statusCode()).isEqualTo(404);
    assertThat(send("POST", path + "/secret", "", stranger).statusCode()).isEqualTo(404);
    assertThat(send("DELETE", path, "", stranger).statusCode()).isEqualTo(404);
    assertThat(send("DELETE", path, "", key).statusCode()).isEqualTo(204);
    assertThat(send("PUT", "/v1/call-targets/Bad.Name", body, key).statusCode()).isEqualTo(400);
  }
}
