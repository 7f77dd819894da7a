package dev.offstage.ingest.workflow;

import static dev.offstage.ingest.IngestServer.json;
import static dev.offstage.ingest.IngestServer.send;
import static org.assertj.core.api.Assertions.assertThat;

import dev.offstage.ingest.IngestServer;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;

/** Workflows over REST. */
class WorkflowIT {
  private static final String CHAIN =
      """
      {"jobs":[{"ref":"one","kind":"w.a"},{"ref":"two","kind":"w.b","after":["one"]}],
       "onCompleted":{"kind":"w.done"}}\
      """;

  private final IngestServer server = IngestServer.shared();
  private final String tenant = "flows-" + UUID.randomUUID().toString().substring(0, 8);
  private final String key = server.key(tenant);

  private HttpResponse<String> post(String path, String token, String body, String... headers) {
    var request = server.request(path, token).header("Content-Type", "application/json");
    if (headers.length > 0) {
      request.headers(headers);
    }
    return send(request.POST(HttpRequest.BodyPublishers.ofString(body)));
  }

  private HttpResponse<String> start(String body, String... headers) {
    return post("/v1/workflows", key, body, headers);
  }

  private String state(JsonNode started, String ref) {
    var job = server.get("/v1/jobs/" + started.get("jobs").get(ref).asString(), key);
    return json(job).get("state").asString();
  }

  private int jobs() {
    return server
        .bean(JdbcClient.class)
        .sql("select count(*) from job where tenant = ?")
        .param(tenant)
        .query(Integer.class)
        .single();
  }

  @Test
  void aWorkflowIsStartedReadAndCancelled() {
    var response =
        start(
            """
            {"name":"nightly","owner":"ada","jobs":[
              {"ref":"a","kind":"w.a","payload":{"n":1}},
              {"ref":"b","kind":"w.b","after":["a"],"tags":["x"]},
              {"ref":"c","kind":"w.b","after":["a","b"],"owner":"bob"}],
             "onFailed":{"kind":"w.alarm"}}\
            """);
    assertThat(response.statusCode()).as(response.body()).isEqualTo(202);
    var path = response.headers().firstValue("Location").orElseThrow();
    var started = json(response);
    assertThat(path).isEqualTo("/v1/workflows/" + started.get("id").asString());
    assertThat(state(started, "a")).isEqualTo("available");
    assertThat(state(started, "c")).isEqualTo("waiting");

    var first = json(server.get(path + "?limit=2", key));
    assertThat(first.get("state").asString()).isEqualTo("running");
    assertThat(first.get("live").asInt()).isEqualTo(3);
    assertThat(first.get("jobs")).hasSize(2);
    var last = json(server.get(first.get("next").asString(), key));
    assertThat(last.get("jobs")).hasSize(1);
    assertThat(last.get("next").isNull()).isTrue();
    assertThat(server.get(path, server.key("strangers")).statusCode()).isEqualTo(404);
    assertThat(server.get(path, server.token("ada")).statusCode()).as("of acme").isEqualTo(404);

    assertThat(post(path + "/cancel", server.key("strangers"), "").statusCode()).isEqualTo(404);
    var cancelled = json(post(path + "/cancel", key, "{\"reason\":\"no\"}"));
    assertThat(cancelled.get("state").asString()).isEqualTo("ended");
    assertThat(cancelled.get("cancelled").asInt()).isEqualTo(3);
    assertThat(cancelled.get("endedAt").isNull()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"jobs\":[]}",
        "{\"jobs\":[7]}",
        "{\"jobs\":[{\"ref\":\"a\",\"kind\":\"w.a\",\"after\":[\"a\"]}]}",
        "{\"jobs\":[{\"ref\":\"a\",\"kind\":\"w.a\",\"after\":[\"z\"]}]}",
        "{\"jobs\":[{\"ref\":\"a\",\"kind\":\"w.a\"},{\"ref\":\"a\",\"kind\":\"w.a\"}]}",
        "{\"jobs\":[{\"ref\":\"a\",\"kind\":\"w.a\",\"workflow\":{\"id\":\"x\",\"ref\":\"y\"}}]}",
        "{\"jobs\":[{\"kind\":\"w.a\"}]}",
        "{\"jobs\":[{\"ref\":\"a\",\"kind\":\"W\"}],\"onCompleted\":{}}",
        "{\"jobs\":[{\"ref\":\"a\",\"kind\":\"w.a\"}],\"onDiscard\":\"x\"}",
        "{\"jobs\":[{\"ref\":\"a\",\"kind\":\"w.a\"}],\"unknown\":1}"
      })
  void aBadWorkflowIsRefused(String body) {
    var response = start(body);
    assertThat(response.statusCode()).as(response.body()).isEqualTo(400);
    assertThat(json(response).get("errors")).isNotEmpty();
  }

  @Test
  void aWorkflowWithARefusedJobIsNotStartedAtAll() {
    post("/v1/jobs", key, "{\"kind\":\"w.u\",\"unique\":{\"key\":\"k\"}}");

    var response =
        start(
            """
            {"jobs":[{"ref":"a","kind":"w.a"},{"ref":"u","kind":"w.u","unique":{"key":"k"}}]}\
            """);

    assertThat(response.statusCode()).isEqualTo(409);
    assertThat(json(response).at("/errors/0/field").asString()).isEqualTo("u");
    assertThat(jobs()).isEqualTo(1);
  }

  @Test
  void aRepeatByKeyIsAnsweredAsAtFirst() {
    var first = start(CHAIN, "Idempotency-Key", "night-1");
    var id = json(first).get("id").asString();
    post(
        "/v1/jobs",
        key,
        "{\"kind\":\"w.late\",\"workflow\":{\"id\":\"" + id + "\",\"ref\":\"two\"}}");
    var again = start(CHAIN.replace(",", " , "), "Idempotency-Key", "\"night-1\"");

    assertThat(first.statusCode()).as(first.body()).isEqualTo(202);
    assertThat(first.headers().firstValue("Idempotent-Replayed")).isEmpty();
    assertThat(again.statusCode()).isEqualTo(202);
    assertThat(again.body()).isEqualTo(first.body());
    assertThat(again.headers().firstValue("Location")).hasValue("/v1/workflows/" + id);
    assertThat(again.headers().firstValue("Idempotent-Replayed")).hasValue("true");
    assertThat(jobs()).as("three, and the late one").isEqualTo(4);
  }

  @Test
  void aKeyForSomethingElseIsRefused() {
    start(CHAIN, "Idempotency-Key", "k");
    post("/v1/jobs", key, "{\"kind\":\"w.a\"}", "Idempotency-Key", "j");
    var others =
        new HttpResponse<?>[] {
          start(CHAIN.replace("w.b", "w.c"), "Idempotency-Key", "k"),
          start(CHAIN, "Idempotency-Key", "j"),
          post("/v1/jobs", key, "{\"kind\":\"w.a\"}", "Idempotency-Key", "k")
        };

    for (var other : others) {
      assertThat(other.statusCode()).isEqualTo(422);
      assertThat(String.valueOf(other.body())).contains("/idempotency-key-reused");
    }
    assertThat(jobs()).isEqualTo(4);
    assertThat(start(CHAIN, "Idempotency-Key", "").statusCode()).isEqualTo(400);
  }

  @Test
  void aKeyIsOneTenantsOwnAndForgottenWithWhatWasRefused() {
    var strangers = server.key(tenant + "-s");
    assertThat(start(CHAIN, "Idempotency-Key", "k").body())
        .isNotEqualTo(post("/v1/workflows", strangers, CHAIN, "Idempotency-Key", "k").body());

    var unique = "{\"kind\":\"w.u\",\"unique\":{\"key\":\"u\"}}";
    var holder = json(post("/v1/jobs", key, unique)).get("id").asString();
    var body = "{\"jobs\":[{\"ref\":\"u\"," + unique.substring(1) + "]}";
    assertThat(start(body, "Idempotency-Key", "r").statusCode()).isEqualTo(409);
    post("/v1/jobs/" + holder + "/cancel", key, "");
    assertThat(start(body, "Idempotency-Key", "r").statusCode()).isEqualTo(202);
  }

  @Test
  void ofManyRepeatsAtOnceOneStartsTheWorkflow() throws Exception {
    var calls = new ArrayList<Callable<HttpResponse<String>>>();
    for (int i = 0; i < 12; i++) {
      calls.add(() -> start(CHAIN, "Idempotency-Key", "at-once"));
    }
    var bodies = new HashSet<String>();
    int first = 0;
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (var call : threads.invokeAll(calls)) {
        var response = call.get();
        assertThat(response.statusCode()).as(response.body()).isEqualTo(202);
        bodies.add(response.body());
        first += response.headers().firstValue("Idempotent-Replayed").isEmpty() ? 1 : 0;
      }
    }

    assertThat(bodies).hasSize(1);
    assertThat(first).isEqualTo(1);
    assertThat(jobs()).isEqualTo(3);
  }
}
