package dev.offstage.ingest.job;

import static dev.offstage.ingest.IngestServer.json;
import static dev.offstage.ingest.IngestServer.send;
import static org.assertj.core.api.Assertions.assertThat;

import dev.offstage.ingest.IngestServer;
import dev.offstage.ingest.Jobs;
import dev.offstage.ingest.auth.Scope;
import dev.offstage.job.JobId;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;

/** Search, counts, cancel, redrive, log and payload over REST. */
class JobVerbsIT {
  private final IngestServer server = IngestServer.shared();
  private final Jobs jobs = new Jobs(server);
  private final String tenant = "verbs-" + UUID.randomUUID().toString().substring(0, 8);
  private final String key = server.key(tenant);

  private HttpResponse<String> post(String path, String token, String body) {
    return send(
        server
            .request(path, token)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body)));
  }

  private String enqueue(String body) {
    var response = post("/v1/jobs", key, body);
    assertThat(response.statusCode()).as(response.body()).isEqualTo(202);
    return json(response).get("id").asString();
  }

  private List<String> find(String query) {
    var ids = new ArrayList<String>();
    String path = "/v1/jobs?limit=2&" + query;
    while (path != null) {
      var response = server.get(path, key);
      assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
      var page = json(response);
      page.get("jobs").forEach(job -> ids.add(job.get("id").asString()));
      var next = page.get("next");
      path = next.isNull() ? null : next.asString();
      assertThat(response.headers().firstValue("Link"))
          .isEqualTo(
              next.isNull() ? Optional.empty() : Optional.of("<" + path + ">; rel=\"next\""));
    }
    return ids;
  }

  private JobId discarded(String body) {
    var id = JobId.of(enqueue(body));
    jobs.discard(id, "smtp-away");
    return id;
  }

  private String state(Object id) {
    return json(server.get("/v1/jobs/" + id, key)).get("state").asString();
  }

  @Test
  void jobsAreSearchedPageByPage() {
    var mail = enqueue("{\"kind\":\"mail.send\",\"tags\":[\"plan:pro\"]}");
    var later = enqueue("{\"kind\":\"mail.send\",\"delay\":\"1h\",\"owner\":\"ada & co\"}");
    var sync = enqueue("{\"kind\":\"app.sync\"}");
    var broken = discarded("{\"kind\":\"mail.check\"}").toString();

    assertThat(find("")).containsExactlyInAnyOrder(mail, later, sync, broken);
    assertThat(find("kind=mail.*")).containsExactlyInAnyOrder(mail, later, broken);
    assertThat(find("kind=mail.send&state=scheduled")).containsExactly(later);
    assertThat(find("state=scheduled,available")).containsExactlyInAnyOrder(mail, later, sync);
    assertThat(find("state=scheduled&state=discarded")).containsExactlyInAnyOrder(later, broken);
    assertThat(find("owner=ada%20%26%20co")).containsExactly(later);
    assertThat(find("tag=plan:pro")).containsExactly(mail);
    assertThat(find("error=smtp-away")).containsExactly(broken);
    assertThat(find("q=broken")).containsExactly(broken);
    assertThat(find("queue=default&createdFrom=2001-01-01T00:00:00Z")).hasSize(4);
    assertThat(find("createdTo=2001-01-01T00:00:00Z")).isEmpty();
    assertThat(find("workflow=" + UUID.randomUUID())).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "state=",
        "state=gone",
        "kind=A",
        "kind=*",
        "kind=a&kind=b",
        "pool=%20",
        "tag=%00",
        "q=%00",
        "owner=%ED%A0%80%00",
        "workflow=1",
        "createdFrom=now",
        "cursor=1",
        "limit=0",
        "limit=201",
        "limit=x",
        "sort=kind",
        "pool=a&queue=b"
      })
  void aBadQueryIsRefused(String query) {
    assertThat(server.get("/v1/jobs?" + query, key).statusCode()).isEqualTo(400);
  }

  @Test
  void anEndUserFindsItsOwnOnly() {
    var acme = server.key("acme");
    var mine = jobs.enqueue("acme", "searcher");
    jobs.enqueue("acme", "other");
    var token = server.token("searcher");

    assertThat(json(server.get("/v1/jobs", token)).get("jobs")).hasSize(1);
    assertThat(json(server.get("/v1/jobs?owner=searcher", acme)).at("/jobs/0/id").asString())
        .isEqualTo(mine.toString());
    assertThat(server.get("/v1/jobs?owner=other", token).statusCode()).isEqualTo(400);
    assertThat(server.get("/v1/jobs/counts", token).statusCode()).isEqualTo(403);
    assertThat(server.get("/v1/jobs/" + mine + "/payload", token).statusCode()).isEqualTo(403);
    assertThat(post("/v1/jobs/" + mine + "/redrive", token, "").statusCode()).isEqualTo(403);
    assertThat(post("/v1/jobs:redrive", token, "{}").statusCode()).isEqualTo(403);
    assertThat(post("/v1/workflows", token, "{}").statusCode()).isEqualTo(403);
  }

  @Test
  void jobsAreCounted() {
    enqueue("{\"kind\":\"n.a\"}");
    enqueue("{\"kind\":\"n.a\"}");
    post("/v1/jobs/" + enqueue("{\"kind\":\"n.b\"}") + "/cancel", key, "");

    assertThat(json(server.get("/v1/jobs/counts", key)).get("counts").toString())
        .isEqualTo(
            "[{\"kind\":\"n.a\",\"pool\":\"default\",\"state\":\"live\",\"count\":2},"
                + "{\"kind\":\"n.b\",\"pool\":\"default\",\"state\":\"cancelled\",\"count\":1}]");
  }

  @Test
  void aJobIsCancelledAndStartsAnew() {
    var id = enqueue("{\"kind\":\"c.a\"}");
    var path = "/v1/jobs/" + id;

    var cancelled = post(path + "/cancel", key, "{\"reason\":\"not needed\"}");
    assertThat(cancelled.statusCode()).isEqualTo(200);
    assertThat(json(cancelled).get("state").asString()).isEqualTo("cancelled");
    assertThat(json(cancelled).at("/error/message").asString()).isEqualTo("not needed");
    assertThat(post(path + "/cancel", key, "").statusCode()).isEqualTo(200);

    var redriven = post(path + "/redrive", key, "");
    assertThat(json(redriven).get("state").asString()).isEqualTo("available");
    assertThat(post(path + "/redrive", key, "").statusCode()).isEqualTo(409);

    jobs.run(JobId.of(id));
    var asked = post(path + "/cancel", key, "");
    assertThat(asked.statusCode()).isEqualTo(202);
    assertThat(json(asked).get("state").asString()).isEqualTo("running");
  }

  @Test
  void anothersJobIsNeitherCancelledNorRedriven() {
    var id = discarded("{\"kind\":\"c.b\",\"owner\":\"ada\"}");
    var live = enqueue("{\"kind\":\"c.b\",\"owner\":\"ada\"}");
    for (var token : List.of(server.key("strangers"), server.token("ada"))) {
      assertThat(post("/v1/jobs/" + live + "/cancel", token, "").statusCode()).isEqualTo(404);
    }
    assertThat(post("/v1/jobs/" + id + "/redrive", server.key("strangers"), "").statusCode())
        .isEqualTo(404);
    assertThat(
            post("/v1/jobs/" + live + "/cancel", server.key(tenant, Scope.JOBS_READ), "")
                .statusCode())
        .isEqualTo(403);
    assertThat(state(id)).isEqualTo("discarded");
    assertThat(state(live)).isEqualTo("available");
    for (var bad :
        List.of("[]", "{\"why\":1}", "{\"reason\":\"\"}", "{\"reason\":\"\\u0000\"}", "x")) {
      assertThat(post("/v1/jobs/" + live + "/cancel", key, bad).statusCode())
          .as(bad)
          .isEqualTo(400);
    }
  }

  @Test
  void anEndUserCancelsItsOwn() {
    var mine = jobs.enqueue("acme", "canceller");
    var path = "/v1/jobs/" + mine + "/cancel";

    assertThat(post(path, server.token("somebody"), "").statusCode()).isEqualTo(404);
    assertThat(post(path, server.token("canceller"), "").statusCode()).isEqualTo(200);
  }

  private JsonNode redrive(String body) {
    var response = post("/v1/jobs:redrive", key, body);
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    return json(response);
  }

  @Test
  void whatAFilterMeansStartsAnewAtAPace() {
    var unique = "{\"kind\":\"r.a\",\"unique\":{\"key\":\"one\"}}";
    var taken = JobId.of(enqueue(unique));
    jobs.discard(taken, "x");
    server
        .bean(JdbcClient.class)
        .sql("delete from unique_key where holder = ?")
        .param(taken.value())
        .update();
    enqueue(unique);
    for (int i = 0; i < 4; i++) {
      discarded("{\"kind\":\"r.a\"}");
    }
    var other = discarded("{\"kind\":\"r.b\"}");

    var dry = redrive("{\"kind\":\"r.a\",\"dryRun\":true}");
    assertThat(dry.get("matched").asInt()).isEqualTo(5);
    assertThat(dry.get("redriven").asInt()).isZero();
    assertThat(dry.get("jobs")).hasSize(5);
    assertThat(find("state=discarded")).hasSize(6);

    var some = redrive("{\"kind\":\"r.a\",\"limit\":2,\"perSecond\":1}");
    assertThat(some.get("redriven").asInt()).isEqualTo(2);
    assertThat(some.get("more").asBoolean()).isTrue();
    var spread =
        server
            .bean(JdbcClient.class)
            .sql(
                """
                select extract(epoch from max(due_at) - min(due_at)) from job
                where tenant = ? and kind = 'r.a' and claim_no = 1\
                """)
            .param(tenant)
            .query(Double.class)
            .single();
    assertThat(spread).isEqualTo(1);

    var rest = redrive("{\"kind\":\"r.*\",\"error\":\"smtp-away\"}");
    assertThat(rest.get("redriven").asInt()).isEqualTo(3);
    var refused = redrive("{}");
    assertThat(refused.get("matched").asInt()).isEqualTo(1);
    assertThat(refused.at("/refused/0/id").asString()).isEqualTo(taken.toString());
    assertThat(post("/v1/jobs/" + taken + "/redrive", key, "").statusCode()).isEqualTo(409);
    assertThat(state(other)).isEqualTo("available");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"kinds\":\"a\"}",
        "{\"state\":\"running\"}",
        "{\"state\":[\"discarded\",\"completed\"]}",
        "{\"state\":7}",
        "{\"perSecond\":0}",
        "{\"limit\":10001}",
        "{\"dryRun\":\"yes\"}",
        "[]",
        ""
      })
  void aBadRedriveTouchesNothing(String body) {
    assertThat(post("/v1/jobs:redrive", key, body).statusCode()).isEqualTo(400);
  }

  @Test
  void aJobSaysWhatStandsBeforeIt() {
    enqueue("{\"kind\":\"b.a\",\"orderingKey\":\"room 7\"}");
    var second = enqueue("{\"kind\":\"b.a\",\"orderingKey\":\"room 7\"}");
    var unique = "{\"kind\":\"b.b\",\"unique\":{\"key\":\"k\",\"policy\":\"replace\"}}";
    run(enqueue(unique));
    var next = enqueue(unique);

    var job = json(server.get("/v1/jobs/" + second, key));
    assertThat(job.get("blockedBy").asString()).isEqualTo("order:" + tenant + "/room 7");
    assertThat(job.get("dueAt").isNull()).isTrue();
    assertThat(json(server.get("/v1/jobs/" + next, key)).get("blockedBy").asString())
        .isEqualTo("unique:k");
    var listed = json(server.get("/v1/jobs", key)).get("jobs");
    assertThat(listed.valueStream().map(each -> each.get("blockedBy").asString("-")))
        .containsExactly("unique:k", "-", "order:" + tenant + "/room 7", "-");
  }

  /** As a worker's claim leaves it. */
  private void run(String id) {
    server
        .bean(JdbcClient.class)
        .sql("update job set state = 'running', claim_no = 1 where id = ?")
        .param(UUID.fromString(id))
        .update();
  }

  @Test
  void aJobSaysWhenItsTurnComes() {
    var atOnce = enqueue("{\"kind\":\"t.a\"}");
    var later = enqueue("{\"kind\":\"t.a\",\"runAt\":\"2100-01-02T03:04:05Z\"}");

    assertThat(json(server.get("/v1/jobs/" + later, key)).get("runAt").asString())
        .isEqualTo("2100-01-02T03:04:05Z");
    assertThat(json(server.get("/v1/jobs", key)).at("/jobs/0/runAt").asString())
        .isEqualTo("2100-01-02T03:04:05Z");
    assertThat(json(server.get("/v1/jobs/" + atOnce, key)).get("runAt").isNull()).isTrue();
  }

  @Test
  void theLogIsReadLineByLine() {
    var id = enqueue("{\"kind\":\"l.a\"}");
    for (int i = 1; i <= 5; i++) {
      server
          .bean(JdbcClient.class)
          .sql("insert into job_log (job_id, claim_no, line_no, line) values (?, ?, ?, ?)")
          .params(UUID.fromString(id), i < 4 ? 1 : 2, i < 4 ? i : i - 3, "line " + i)
          .update();
    }
    var lines = new ArrayList<String>();
    var path = "/v1/jobs/" + id + "/log";
    var page = json(server.get(path + "?limit=2", key));
    while (true) {
      page.get("lines").forEach(line -> lines.add(line.get("line").asString()));
      if (page.get("next").isNull()) {
        break;
      }
      page = json(server.get(path + "?limit=2&after=" + page.get("next").asString(), key));
    }

    assertThat(lines).containsExactly("line 1", "line 2", "line 3", "line 4", "line 5");
    assertThat(page.at("/lines/0/claim").asInt()).isEqualTo(2);
    assertThat(server.get(path, server.key("strangers")).statusCode()).isEqualTo(404);
    assertThat(server.get(path + "?after=x", key).statusCode()).isEqualTo(400);
  }

  @Test
  void aServerReadsThePayload() {
    var id = enqueue("{\"kind\":\"p.a\",\"payload\":{\"deep\":[1]}}");

    assertThat(server.get("/v1/jobs/" + id + "/payload", key).body()).isEqualTo("{\"deep\": [1]}");
    assertThat(server.get("/v1/jobs/" + id + "/payload", server.key("strangers")).statusCode())
        .isEqualTo(404);
  }
}
