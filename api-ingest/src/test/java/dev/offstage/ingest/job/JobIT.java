package dev.offstage.ingest.job;

import static dev.offstage.ingest.IngestServer.json;
import static dev.offstage.ingest.IngestServer.send;
import static org.assertj.core.api.Assertions.assertThat;

import dev.offstage.ingest.IngestServer;
import dev.offstage.ingest.Jobs;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class JobIT {
  private final IngestServer server = IngestServer.shared();
  private final Jobs jobs = new Jobs(server);
  private final String key = server.key("acme");

  private HttpResponse<String> get(String path, String ifNoneMatch) {
    return send(server.request(path, key).header("If-None-Match", ifNoneMatch).GET());
  }

  @Test
  void aJobIsReadWholeButForItsPayload() {
    var id = jobs.enqueue("acme", "ada");
    jobs.run(id);
    jobs.complete(id);

    var response = server.get("/v1/jobs/" + id, key);
    var job = json(response);

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("ETag")).hasValue("\"3\"");
    assertThat(response.headers().firstValue("Cache-Control").orElse("")).contains("no-cache");
    assertThat(response.headers().firstValue("Content-Type")).hasValue("application/json");
    assertThat(job.propertyNames())
        .containsExactlyInAnyOrder(
            "id",
            "kind",
            "pool",
            "owner",
            "priority",
            "state",
            "attempt",
            "maxAttempts",
            "progress",
            "progressNote",
            "result",
            "error",
            "tags",
            "payloadVersion",
            "workflow",
            "workflowRef",
            "blockedBy",
            "blockedReason",
            "blockedUntil",
            "createdAt",
            "dueAt",
            "runAt",
            "expiresAt",
            "startedAt",
            "endedAt");
    assertThat(job.get("state").asString()).isEqualTo("completed");
    assertThat(job.get("result").get("answer").asInt()).isEqualTo(42);
    assertThat(job.get("error").isNull()).isTrue();
    assertThat(response.body()).doesNotContain("secret");
  }

  @Test
  void aFailedJobSaysWhy() {
    var id = jobs.enqueue("acme", null);
    jobs.discard(id, "image-truncated");

    var job = json(server.get("/v1/jobs/" + id, key));

    assertThat(job.get("error").get("reason").asString()).isEqualTo("image-truncated");
    assertThat(job.get("error").get("message").asString()).isEqualTo("Broken.");
  }

  @Test
  void anothersJobDoesNotExist() {
    var adas = "/v1/jobs/" + jobs.enqueue("acme", "ada");
    var tenants = "/v1/jobs/" + jobs.enqueue("acme", null);

    assertThat(server.get(adas, server.token("ada")).statusCode()).isEqualTo(200);
    assertThat(server.get(adas, server.token("bob")).statusCode()).isEqualTo(404);
    assertThat(server.get(tenants, server.token("ada")).statusCode()).isEqualTo(404);
    assertThat(server.get(adas, server.key("globex")).statusCode()).isEqualTo(404);
    assertThat(server.get(adas + "/events", server.token("bob")).statusCode()).isEqualTo(404);
    assertThat(server.get(adas + "?wait=1s", server.token("bob")).statusCode()).isEqualTo(404);
    assertThat(server.get(adas + "?wait=1s", server.key("globex")).statusCode()).isEqualTo(404);
  }

  @Test
  void whatIsNoIdIsNotFound() {
    for (var id : new String[] {"x", "0", "0190a1b2-0000-7000-8000", "%00", "1-2-3-4-5"}) {
      assertThat(server.get("/v1/jobs/" + id, key).statusCode()).as(id).isIn(400, 404);
    }
  }

  @Test
  void whoHasItAlreadyIsTold304() {
    var id = jobs.enqueue("acme", "ada");

    assertThat(get("/v1/jobs/" + id, "\"1\"").statusCode()).isEqualTo(304);
    assertThat(get("/v1/jobs/" + id, "W/\"1\"").statusCode()).isEqualTo(304);
    jobs.run(id);
    assertThat(get("/v1/jobs/" + id, "\"1\"").statusCode()).isEqualTo(200);
  }

  @Test
  void aBadWaitIsRefusedNamingTheParameter() {
    var response = server.get("/v1/jobs/" + jobs.enqueue("acme", null) + "?wait=soon", key);

    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(json(response).get("errors").get(0).get("field").asString()).isEqualTo("wait");
  }

  private CompletableFuture<HttpResponse<String>> waiting(String path, String... headers) {
    var answer = new CompletableFuture<HttpResponse<String>>();
    var request = server.request(path, key);
    if (headers.length > 0) {
      request.headers(headers);
    }
    Thread.ofVirtual().start(() -> answer.complete(send(request.GET())));
    Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> watches() > 0);
    assertThat(answer).isNotDone();
    return answer;
  }

  private double watches() {
    return server.bean(MeterRegistry.class).get("offstage.live.watches").gauge().value();
  }

  private static Duration since(long nanos) {
    return Duration.ofNanos(System.nanoTime() - nanos);
  }

  @Test
  void aWaitAnswersAtTheNextChange() throws Exception {
    var id = jobs.enqueue("acme", "ada");
    var answer = waiting("/v1/jobs/" + id + "?wait=60s");

    long changed = System.nanoTime();
    jobs.run(id);
    jobs.tell(id);

    assertThat(json(answer.get()).get("state").asString()).isEqualTo("running");
    assertThat(since(changed)).isLessThan(Duration.ofSeconds(10));
  }

  @Test
  void aWaitNoticesAChangeThatNobodyTold() throws Exception {
    var id = jobs.enqueue("acme", "ada");
    var answer = waiting("/v1/jobs/" + id + "?wait=60s", "If-None-Match", "\"1\"");

    long changed = System.nanoTime();
    jobs.run(id);

    assertThat(answer.get().statusCode()).isEqualTo(200);
    assertThat(answer.get().headers().firstValue("ETag")).hasValue("\"2\"");
    assertThat(since(changed)).isLessThan(Duration.ofSeconds(10));
  }

  @Test
  void aWaitForWhatHasHappenedAlreadyAnswersAtOnce() {
    var id = jobs.enqueue("acme", "ada");
    jobs.run(id);
    long asked = System.nanoTime();
    assertThat(get("/v1/jobs/" + id + "?wait=60s", "\"1\"").statusCode()).isEqualTo(200);
    jobs.complete(id);
    assertThat(server.get("/v1/jobs/" + id + "?wait=60s", key).statusCode()).isEqualTo(200);
    assertThat(get("/v1/jobs/" + id + "?wait=60s", "\"3\"").statusCode()).isEqualTo(304);
    assertThat(since(asked)).isLessThan(Duration.ofSeconds(30));
  }

  @Test
  void aWaitThatIsOverSaysThatNothingChanged() {
    var id = jobs.enqueue("acme", "ada");

    assertThat(get("/v1/jobs/" + id + "?wait=200ms", "\"1\"").statusCode()).isEqualTo(304);
    assertThat(server.get("/v1/jobs/" + id + "?wait=200ms", key).statusCode()).isEqualTo(200);
  }
}
