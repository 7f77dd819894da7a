package dev.offstage.scheduler.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.offstage.audit.Act;
import dev.offstage.audit.Actor;
import dev.offstage.audit.Audit;
import dev.offstage.client.JobClient;
import dev.offstage.job.JobId;
import dev.offstage.job.JobKind;
import dev.offstage.job.NewJob;
import dev.offstage.operator.Role;
import dev.offstage.queue.TicketPublisher;
import dev.offstage.queue.TicketQueues;
import dev.offstage.store.JobStore;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.amqp.core.Message;
import tools.jackson.databind.JsonNode;

/** Who may what at the operators' port, and what is written down of it. */
class ConsoleIT {
  private final ConsoleServer server = ConsoleServer.shared();

  private String tenant() {
    var tenant = "t-" + UUID.randomUUID();
    server
        .jdbc()
        .sql("insert into tenant (id, name) values (:id, :id)")
        .param("id", tenant)
        .update();
    return tenant;
  }

  private JobId job(String tenant) {
    return server
        .bean(JobClient.class)
        .enqueue(
            NewJob.builder(tenant, new JobKind("console.probe"), "{\"a\":1}")
                .delay(Duration.ofHours(1))
                .build());
  }

  private static void assertProblem(HttpResponse<String> response, int status, String... words) {
    assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
    assertThat(response.headers().firstValue("Content-Type")).hasValue("application/problem+json");
    for (var word : words) {
      assertThat(response.body()).contains(word);
    }
  }

  private List<JsonNode> audited(String actor) {
    var page = server.as(Role.VIEWER).get("/ops/v1/audit?actor=" + actor);
    return server.nobody().json(page).get("entries").valueStream().toList();
  }

  // Who gets in
  // ------------------------------------------------------------------------------------

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/ops/v1/jobs",
        "/ops/v1/audit",
        "/ops/v1/operators",
        "/api/jobs",
        "/sse/jobstats",
        "/ops/nothing"
      })
  void whoeverShowsNothingIsToldToLogIn(String path) {
    assertProblem(server.nobody().get(path), 401, "unauthenticated");
    assertThat(server.nobody().get(path).headers().firstValue("WWW-Authenticate")).isPresent();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/actuator/health", "/nothing"})
  void whatIsNotTheConsolesIsNotThere(String path) {
    assertProblem(server.nobody().get(path), 404, "not-found");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "/ops", "/dashboard", "/dashboard/overview"})
  void aBrowserIsSentToTheLogInPage(String path) {
    var answer = server.browser().page(path);

    assertThat(answer.statusCode()).isEqualTo(302);
    assertThat(answer.headers().firstValue("Location").orElseThrow()).endsWith("/ops/login");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/ops", "/ops/login", "/ops/v1/jobs", "/dashboard", "/api/jobs", "/ops/v1/audit"})
  void nothingOfTheConsoleIsOnTheOtherPort(String path) {
    var token = server.as(Role.ADMIN);

    assertProblem(token.send("GET", server.besides(path), null), 404, "not-found");
    assertThat(token.send("GET", server.besides("/actuator/prometheus"), null).statusCode())
        .isEqualTo(200);
  }

  @Test
  void aLogInIsACookieThatNoScriptReadsAndALogOutEndsIt() {
    var name = server.operator(Role.VIEWER);
    var browser = server.browser();

    var answer = browser.login(name, ConsoleServer.PASSWORD);

    assertThat(answer.statusCode()).isEqualTo(302);
    assertThat(answer.headers().allValues("Set-Cookie"))
        .anySatisfy(
            cookie ->
                assertThat(cookie)
                    .startsWith("offstage_ops=")
                    .contains("HttpOnly", "SameSite=Strict", "Path=/"));
    assertThat(browser.page("/ops").body())
        .contains(name)
        .contains("Log out", "Who did what", "login");
    assertThat(browser.get("/ops/v1/workers").statusCode()).isEqualTo(200);

    browser.form("/ops/logout", Map.of("_csrf", browser.key("/ops")));
    assertThat(browser.page("/ops").statusCode()).isEqualTo(302);
    assertThat(audited(name))
        .extracting(entry -> entry.get("action").stringValue())
        .containsExactly("logout", "login");
  }

  @Test
  void whetherANameExistsCannotBeTold() {
    var known = server.browser().login(server.operator(Role.VIEWER), "a wrong password");
    var unknown = server.browser().login("nobody-" + UUID.randomUUID(), "a wrong password");

    assertThat(known.headers().firstValue("Location"))
        .isEqualTo(unknown.headers().firstValue("Location"));
    assertThat(known.body()).isEqualTo(unknown.body());
  }

  @Test
  void guessingEndsAfterSomeAttemptsWhateverIsGuessedThen() {
    var name = server.operator(Role.ADMIN);
    var browser = server.browser();
    for (int i = 0; i < 10; i++) {
      assertThat(browser.login(name, "wrong " + i).headers().firstValue("Location").orElseThrow())
          .endsWith("?failed");
    }

    var answer = browser.login(name, ConsoleServer.PASSWORD);

    assertThat(answer.headers().firstValue("Location").orElseThrow()).endsWith("?later");
    assertThat(browser.page("/ops/login?later").statusCode()).isEqualTo(429);
    assertThat(browser.page("/ops").statusCode()).isEqualTo(302);
    server.jdbc().sql("delete from login_attempt").update();
  }

  @Test
  void aTokenLogsNobodyIn() {
    var name = server.operator(Role.OPERATOR);

    var answer = server.token(name).get("/ops/v1/pools");

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().allValues("Set-Cookie"))
        .noneMatch(cookie -> cookie.startsWith("offstage_ops="));
    assertThat(
            server
                .jdbc()
                .sql("select count(*) from operator_session where operator = ?")
                .param(name)
                .query(Long.class)
                .single())
        .isZero();
  }

  @Test
  void aDisabledOperatorIsOutAtOnce() {
    var name = server.operator(Role.ADMIN);
    var browser = server.browser();
    browser.login(name, ConsoleServer.PASSWORD);
    var token = server.token(name);
    assertThat(token.get("/ops/v1/pools").statusCode()).isEqualTo(200);

    server.as(Role.ADMIN).post("/ops/v1/operators/" + name + "/disable", null);

    assertThat(browser.page("/ops").statusCode()).isEqualTo(302);
    assertProblem(token.get("/ops/v1/pools"), 401, "invalid-token");
    assertThat(
            server
                .browser()
                .login(name, ConsoleServer.PASSWORD)
                .headers()
                .firstValue("Location")
                .orElseThrow())
        .endsWith("?failed");
  }

  @Test
  void aFormWithoutItsKeyIsRefusedAndThatIsWrittenDown() {
    var name = server.operator(Role.ADMIN);
    var browser = server.browser();
    browser.login(name, ConsoleServer.PASSWORD);

    assertProblem(browser.form("/ops/batches/staged/start", Map.of("p.label", "x")), 403, "page");
    assertProblem(browser.post("/ops/v1/rules:pause", "{}"), 403, "page");
    assertThat(audited(name))
        .filteredOn(entry -> entry.get("outcome").stringValue().equals("refused"))
        .hasSize(2);
  }

  @Test
  void theDashboardDoesNothingForAPageFromElsewhere() {
    var name = server.operator(Role.ADMIN);
    var browser = server.browser();
    browser.login(name, ConsoleServer.PASSWORD);
    var uri = server.at("/api/jobs/" + UUID.randomUUID());

    assertProblem(browser.send("DELETE", uri, null, "Sec-Fetch-Site", "cross-site"), 403);
    assertProblem(browser.send("DELETE", uri, null), 403);
    assertThat(browser.send("DELETE", uri, null, "Sec-Fetch-Site", "same-origin").statusCode())
        .isEqualTo(404);
  }

  // Roles
  // ------------------------------------------------------------------------------------------

  @ParameterizedTest
  @CsvSource({
    "VIEWER, GET, /ops/v1/jobs, 200",
    "VIEWER, GET, /ops/v1/schedules, 200",
    "VIEWER, GET, /ops/v1/operators, 403",
    "VIEWER, POST, /ops/v1/rules:pause, 403",
    "VIEWER, POST, /ops/v1/jobs:redrive, 403",
    "VIEWER, PUT, /ops/v1/schedules/x, 403",
    "VIEWER, DELETE, /api/jobs/b4d8e1b4-0000-4000-8000-000000000000, 403",
    "OPERATOR, POST, /ops/v1/rules:pause, 400",
    "OPERATOR, GET, /ops/v1/operators, 403",
    "OPERATOR, POST, /ops/v1/operators, 403",
    "OPERATOR, DELETE, /api/recurring-jobs/x, 403",
    "ADMIN, GET, /ops/v1/operators, 200",
    "ADMIN, POST, /ops/v1/operators, 400"
  })
  void eachRoleMayWhatItMay(Role role, String method, String path, int status) {
    var answer = server.as(role).send(method, server.at(path), method.equals("GET") ? null : "{}");

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
  }

  @Test
  void whatARoleMayNotIsWrittenDown() {
    var name = server.operator(Role.VIEWER);
    server.token(name).post("/ops/v1/rules:pause", "{\"scope\":\"kind\",\"name\":\"x\"}");

    assertThat(audited(name))
        .singleElement()
        .satisfies(
            entry -> {
              assertThat(entry.get("outcome").stringValue()).isEqualTo("refused");
              assertThat(entry.get("target").stringValue()).isEqualTo("POST /ops/v1/rules:pause");
            });
  }

  @Test
  void anAdminMakesAnOperatorWithATokenAndNobodyReadsThePassword() {
    var admin = server.as(Role.ADMIN);
    var name = "made-" + UUID.randomUUID().toString().substring(0, 8);

    var made =
        admin.post(
            "/ops/v1/operators",
            "{\"name\":\"%s\",\"role\":\"operator\",\"password\":\"a long password\"}"
                .formatted(name));
    var token = admin.post("/ops/v1/operators/" + name + "/tokens", "{\"label\":\"ci\"}");

    assertThat(made.statusCode()).isEqualTo(201);
    assertThat(made.body()).doesNotContain("long");
    assertThat(token.statusCode()).isEqualTo(201);
    var text = admin.json(token).get("token").stringValue();
    assertThat(text).startsWith("offstage_op_");
    assertThat(
            server
                .nobody()
                .send("GET", server.at("/ops/v1/pools"), null, "Authorization", "Bearer " + text)
                .statusCode())
        .isEqualTo(200);
    var id = admin.json(token).get("id").stringValue();
    admin.post("/ops/v1/operators/%s/tokens/%s/revoke".formatted(name, id), null);
    assertProblem(
        server
            .nobody()
            .send("GET", server.at("/ops/v1/pools"), null, "Authorization", "Bearer " + text),
        401);
    var written =
        server.jdbc().sql("select string_agg(a::text, ' ') from audit_entry a").query(String.class);
    assertThat(written.single()).doesNotContain("long password").doesNotContain(text);
  }

  // Acts and their entries
  // -------------------------------------------------------------------------

  @Test
  void aJobIsFoundRetriedCancelledAndRedrivenAndEachIsWrittenDown() {
    var tenant = tenant();
    var id = job(tenant);
    var name = server.operator(Role.OPERATOR);
    var operator = server.token(name);

    var found = operator.json(operator.get("/ops/v1/jobs?tenant=" + tenant));
    assertThat(found.get("jobs").get(0).get("id").stringValue()).isEqualTo(id.toString());
    assertThat(operator.get("/ops/v1/jobs?kind=console.*&limit=200").body()).contains(tenant);

    assertThat(operator.post("/ops/v1/jobs/" + id + "/retry", null).statusCode()).isEqualTo(200);
    var due = server.bean(JobStore.class).findAll(List.of(id)).getFirst().dueAt();
    assertThat(due == null || due.isBefore(Instant.now().plusSeconds(60)))
        .as("due, or waiting for a worker that runs its kind")
        .isTrue();
    assertProblem(operator.post("/ops/v1/jobs/" + id + "/redrive", null), 409, "scheduled");
    assertThat(operator.post("/ops/v1/jobs/" + id + "/cancel", "{\"reason\":\"no more\"}").body())
        .contains("\"state\":\"cancelled\"");
    assertThat(operator.post("/ops/v1/jobs/" + id + "/redrive", null).body())
        .contains("\"state\":\"available\"");

    assertThat(audited(name))
        .extracting(
            entry -> entry.get("action").stringValue() + " " + entry.get("outcome").stringValue())
        .containsExactly(
            "job.redrive done", "job.cancel done", "job.redrive refused", "job.retry done");
    var entry = audited(name).get(1);
    assertThat(entry.get("tenant").stringValue()).isEqualTo(tenant);
    assertThat(entry.get("target").stringValue()).isEqualTo("job:" + id);
    assertThat(entry.get("parameters").get("reason").stringValue()).isEqualTo("no more");
    assertThat(entry.get("result").get("state").stringValue()).isEqualTo("cancelled");
  }

  @Test
  void manyAreCancelledAndRedrivenByFilterDryFirst() {
    var tenant = tenant();
    for (int i = 0; i < 5; i++) {
      job(tenant);
    }
    var operator = server.as(Role.OPERATOR);
    var filter = "{\"tenant\":\"%s\",\"kind\":\"console.*\"%s}";

    assertThat(
            operator
                .post("/ops/v1/jobs:cancel", filter.formatted(tenant, ",\"dryRun\":true"))
                .body())
        .contains("\"matched\":5", "\"done\":0");
    assertThat(operator.post("/ops/v1/jobs:cancel", filter.formatted(tenant, "")).body())
        .contains("\"matched\":5", "\"done\":5");
    assertThat(
            operator
                .post(
                    "/ops/v1/jobs:redrive",
                    filter.formatted(tenant, ",\"state\":\"cancelled\",\"perSecond\":10"))
                .body())
        .contains("\"matched\":5", "\"done\":5");
  }

  @Test
  void aKindIsPausedLimitedAndResumed() {
    var kind = "console.k" + Math.abs(UUID.randomUUID().hashCode());
    var operator = server.as(Role.OPERATOR);
    var of = "{\"scope\":\"kind\",\"name\":\"" + kind + "\"";

    operator.post("/ops/v1/rules:pause", of + ",\"reason\":\"partner down\"}");
    assertThat(operator.get("/ops/v1/rules").body()).contains(kind, "partner down");
    operator.post("/ops/v1/rules:limit", of + ",\"atOnce\":3,\"starts\":10,\"per\":\"1m\"}");
    assertThat(operator.get("/ops/v1/rules").body()).contains("\"atOnce\":3");
    operator.post("/ops/v1/rules:limit", of + "}");
    operator.post("/ops/v1/rules:resume", of + "}");
    assertThat(operator.get("/ops/v1/rules").body()).doesNotContain(kind);
  }

  @Test
  void aDestinationIsHeldAndLetGo() {
    var name = "host:acme/" + UUID.randomUUID() + ".example.com";
    var operator = server.as(Role.OPERATOR);

    operator.post("/ops/v1/destinations:pause", "{\"name\":\"" + name + "\"}");
    assertThat(operator.get("/ops/v1/destinations").body()).contains(name, "\"state\":\"held\"");
    assertThat(
            operator
                .post("/ops/v1/destinations:resume", "{\"name\":\"" + name + "\"}")
                .statusCode())
        .isEqualTo(200);
  }

  @Test
  void poolsWorkersAndPoisonAreShown() {
    var viewer = server.as(Role.VIEWER);

    assertThat(viewer.get("/ops/v1/pools").body()).contains("\"media\"", "\"default\"");
    assertThat(viewer.get("/ops/v1/workers").body()).contains("workers");
    assertThat(viewer.get("/ops/v1/waiting").body()).contains("places");
  }

  @Test
  void aMessageThatNobodyCouldReadIsFetchedSentAgainOrDropped() {
    var publisher = server.bean(TicketPublisher.class);
    for (var body : List.of("first", "second")) {
      var message = new Message(body.getBytes(StandardCharsets.UTF_8));
      message.getMessageProperties().setConsumerQueue("offstage.pool.default");
      assertThat(publisher.park(message, "not a ticket").join()).isTrue();
    }
    var operator = server.as(Role.OPERATOR);
    await().until(() -> operator.get("/ops/v1/poison").body().contains("\"atBroker\":2"));

    var fetched = operator.json(operator.post("/ops/v1/poison:fetch", null)).get("fetched");

    assertThat(fetched.valueStream())
        .extracting(each -> new String(each.get("body").binaryValue(), StandardCharsets.UTF_8))
        .containsExactlyInAnyOrder("first", "second");
    assertThat(fetched.get(0).get("reason").stringValue()).isEqualTo("not a ticket");
    var path = "/ops/v1/poison/%d/%s";
    assertThat(
            operator
                .post(path.formatted(fetched.get(0).get("id").longValue(), "replay"), null)
                .statusCode())
        .isEqualTo(204);
    assertThat(
            operator
                .post(path.formatted(fetched.get(1).get("id").longValue(), "drop"), null)
                .statusCode())
        .isEqualTo(204);
    await().until(() -> server.bean(TicketQueues.class).depth("default").orElse(0) >= 1);
    assertThat(operator.get("/ops/v1/poison").body())
        .isEqualTo("{\"atBroker\":0,\"fetched\":[],\"next\":null}");
    assertProblem(
        operator.post(path.formatted(fetched.get(1).get("id").longValue(), "drop"), null), 404);
  }

  @Test
  void anActThatFailsLeavesNothingButAnEntryThatSaysSo() {
    var audit = server.bean(Audit.class);
    var name = "actor-" + UUID.randomUUID();

    Assertions.assertThatThrownBy(
            () ->
                audit.act(
                    new Actor(name, "token"),
                    Act.of("test.fail", "nothing"),
                    () -> {
                      server
                          .jdbc()
                          .sql("insert into tenant (id, name) values (:id, 'x')")
                          .param("id", "gone-" + name)
                          .update();
                      throw new IllegalStateException("broken");
                    },
                    done -> Map.of(),
                    e -> false))
        .hasMessage("broken");

    assertThat(audited(name))
        .singleElement()
        .satisfies(entry -> assertThat(entry.get("outcome").stringValue()).isEqualTo("failed"));
    assertThat(
            server
                .jdbc()
                .sql("select count(*) from tenant where id like 'gone-%'")
                .query(Integer.class)
                .single())
        .isZero();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "update audit_entry set actor = 'x'",
        "delete from audit_entry",
        "truncate audit_entry"
      })
  void nobodyChangesTheAuditLog(String sql) {
    server.as(Role.ADMIN).get("/ops/v1/audit");

    Assertions.assertThatThrownBy(() -> server.jdbc().sql(sql).update())
        .rootCause()
        .hasMessageContaining("stays as it is");
  }

  @Test
  void theAuditLogIsReadPageByPage() {
    var audit = server.bean(Audit.class);
    var name = "pages-" + UUID.randomUUID();
    for (int i = 0; i < 7; i++) {
      audit.done(new Actor(name, "token"), Act.of("test.page", "p" + i), Map.of());
    }
    var viewer = server.as(Role.VIEWER);
    var seen = new HashSet<String>();
    var path = "/ops/v1/audit?limit=3&actor=" + name;
    var page = viewer.json(viewer.get(path));
    while (true) {
      page.get("entries").forEach(entry -> seen.add(entry.get("target").stringValue()));
      if (page.get("next").isNull()) {
        break;
      }
      page = viewer.json(viewer.get(path + "&cursor=" + page.get("next").stringValue()));
    }

    assertThat(seen).hasSize(7);
  }

  // Bad input
  // --------------------------------------------------------------------------------------

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "GET|/ops/v1/jobs?limit=0||400|limit",
        "GET|/ops/v1/jobs?nonsense=1||400|nonsense",
        "GET|/ops/v1/jobs?state=odd||400|state",
        "GET|/ops/v1/jobs/not-an-id||404|UUID",
        "GET|/ops/v1/jobs/00000000-0000-7000-8000-000000000000||404|no such job",
        "GET|/ops/v1/audit?cursor=-1||400|cursor",
        "GET|/ops/v1/audit?from=yesterday||400|from",
        "GET|/ops/v1/executions/999999||404|execution",
        "GET|/ops/v1/executions/x||404|number",
        "GET|/ops/v1/executions?state=odd||400|state",
        "GET|/ops/v1/schedules/none||404|schedule",
        "POST|/ops/v1/jobs:redrive|{}|400|tenant",
        "POST|/ops/v1/jobs:redrive|{\"tenant\":\"a\",\"state\":\"running\"}|400|state",
        "POST|/ops/v1/jobs:redrive|[|400|JSON",
        "POST|/ops/v1/rules:pause|{\"scope\":\"planet\",\"name\":\"x\"}|400|scope",
        "POST|/ops/v1/rules:limit|{\"scope\":\"kind\",\"name\":\"x\",\"atOnce\":0}|400|atOnce",
        "POST|/ops/v1/destinations:pause|{\"name\":\"everywhere\"}|400|name",
        "POST|/ops/v1/destination-rules:set|{\"pattern\":\"host:*\",\"shutFor\":\"soon\"}|400|shutFor",
        "POST|/ops/v1/operators|{\"name\":\"UPPER\",\"role\":\"viewer\"}|400|name",
        "POST|/ops/v1/operators|{\"name\":\"a\",\"role\":\"king\"}|400|role",
        "POST|/ops/v1/operators|{\"name\":\"a\",\"role\":\"viewer\",\"password\":\"short\"}|400|password",
        "POST|/ops/v1/operators/none/disable||404|operator",
        "POST|/ops/v1/batches/none/start|{}|404|batch",
        "POST|/ops/v1/batches/staged/start|{}|400|label",
        "POST|/ops/v1/batches/staged/start|{\"parameters\":{\"label\":\"a\",\"odd\":\"b\"}}|400|odd",
        "POST|/ops/v1/batches/staged/start|{\"parameters\":[]}|400|parameters",
        "POST|/ops/v1/batches/rollup/range|{\"from\":\"3rd\",\"to\":\"2026-11-09\"}|400|from",
        "POST|/ops/v1/executions/999999/stop||404|999999",
        "PUT|/ops/v1/schedules/UPPER|{\"cron\":\"0 3 * *"
            + " *\",\"batch\":\"staged\",\"parameters\":{\"label\":\"a\"}}|400|name",
        "PUT|/ops/v1/schedules/x|{\"cron\":\"0 0 31 2"
            + " *\",\"batch\":\"staged\",\"parameters\":{\"label\":\"a\"}}|400|cron",
        "PUT|/ops/v1/schedules/x|{\"cron\":\"0 3 * * *\",\"batch\":\"none\"}|400|batch",
        "PUT|/ops/v1/schedules/x|{\"cron\":\"0 3 * * *\",\"batch\":\"staged\"}|400|label",
        "PUT|/ops/v1/schedules/x|{\"cron\":\"0 3 * * *\"}|400|batch",
        "PUT|/ops/v1/schedules/x|{\"cron\":\"0 3 * * *\",\"kind\":\"a.b\"}|400|tenant"
      })
  void whatCannotBeIsRefusedWithWhatWasExpected(
      String method,
      String path,
      @org.jspecify.annotations.Nullable String body,
      int status,
      String word) {
    var answer =
        server
            .as(Role.ADMIN)
            .send(method, server.at(path), body, "Content-Type", "application/json");

    assertProblem(answer, status, word);
    assertThat(answer.body()).doesNotContain("Exception").doesNotContain("\\tat ");
  }
}
