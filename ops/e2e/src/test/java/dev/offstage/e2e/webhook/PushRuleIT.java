package dev.offstage.e2e.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Users are told by push that their jobs have ended, if their tenant wants that. */
class PushRuleIT {
  private static final String DONE = "{\"push\":{\"content\":{\"default\":{\"title\":\"Done\"}}}}";

  private final Offstage offstage = Offstage.shared();
  private Offstage.Tenant tenant = offstage.tenant();

  /** Of this test's only device. */
  private final String token = "token-of-" + tenant.name();

  @BeforeEach
  void registerADevice() {
    tenant.put("/v1/push/credentials/fcm/com.example.app", Fcm.credential());
    tenant.post(
        "/v1/devices",
        "{\"owner\":\"ana\",\"platform\":\"android\",\"app\":\"com.example.app\",\"token\":\"%s\"}"
            .formatted(token));
  }

  private String enqueue(String kind, String payload, String owner) {
    return tenant
        .post(
            "/v1/jobs",
            "{\"kind\":\"%s\",\"payload\":%s,\"owner\":\"%s\"}".formatted(kind, payload, owner))
        .path("id")
        .asString();
  }

  private List<JsonNode> told() {
    return offstage.fcm().messages().stream()
        .filter(message -> message.path("token").asString().equals(token))
        .toList();
  }

  private List<JsonNode> awaitTold(int count) {
    Awaitility.await(count + " pushes")
        .atMost(Duration.ofSeconds(60))
        .until(() -> told().size() >= count);
    return told();
  }

  @Test
  void theEndOfAJobIsToldOnceToWhomItBelongs() {
    tenant.put("/v1/push/rules/offstage.echo", DONE);
    tenant.put(
        "/v1/push/rules/*",
        "{\"ends\":[\"discarded\"],\"push\":{\"content\":{\"default\":{\"title\":\"Sorry\"}}}}");
    tenant.enqueue("offstage.echo", "{}"); // nobody's
    enqueue("offstage.echo", "{}", "somebody-else");
    enqueue("offstage.sleep", "{\"millis\":1}", "ana"); // an end that its rule does not name
    var done = enqueue("offstage.echo", "{}", "ana");
    var told = awaitTold(1).getFirst();
    var failed = enqueue("offstage.fail", "{\"permanent\":true}", "ana");

    var all = awaitTold(2);

    assertThat(told.path("notification").path("title").asString()).isEqualTo("Done");
    assertThat(told.path("data").path("job").asString()).isEqualTo(done);
    assertThat(told.path("data").path("kind").asString()).isEqualTo("offstage.echo");
    assertThat(told.path("data").path("state").asString()).isEqualTo("completed");
    assertThat(all.getLast().path("notification").path("title").asString()).isEqualTo("Sorry");
    assertThat(all.getLast().path("data").path("job").asString()).isEqualTo(failed);
    Awaitility.await("every push has ended")
        .atMost(Duration.ofSeconds(60))
        .until(() -> pushes("outcome is null") == 0 && pushes("true") == 3);
    assertThat(told()).hasSize(2);
  }

  private int pushes(String condition) {
    return offstage
        .jdbc()
        .sql(
            "select count(*) from job where kind = 'push.send' and tenant = :tenant and "
                + condition)
        .param("tenant", tenant.name())
        .query(Integer.class)
        .single();
  }

  @Test
  void anAppThatFollowsItsJobLiveIsNotToldByPush() {
    tenant = offstage.tenantWithApps();
    registerADevice();
    var app = offstage.app("ana");
    tenant.put("/v1/push/rules/offstage.*", DONE);
    var job = enqueue("offstage.sleep", "{\"millis\":3000}", "ana");

    for (var state = ""; !state.equals("completed"); ) {
      state = app.get("/v1/jobs/" + job + "?wait=20s").path("state").asString();
    }

    Awaitility.await("its push has ended")
        .atMost(Duration.ofSeconds(60))
        .until(() -> pushes("outcome = 'completed'") == 1);
    assertThat(
            offstage
                .jdbc()
                .sql("select result ->> 'skipped' from job where kind = 'push.send' and tenant = ?")
                .param(tenant.name())
                .query(String.class)
                .single())
        .isEqualTo("listening");
    assertThat(told()).isEmpty();
  }

  @Test
  void aRuleIsReplacedListedAndTakenAwayAndNobodyListensThen() {
    tenant.put("/v1/push/rules/offstage.*", DONE);
    var changed =
        tenant.put(
            "/v1/push/rules/offstage.*",
            "{\"ends\":[\"cancelled\"],\"push\":{\"silent\":true,\"data\":{\"a\":\"b\"}}}");
    assertThat(changed.path("ends").path(0).asString()).isEqualTo("cancelled");
    assertThat(tenant.get("/v1/push/rules").path("rules")).hasSize(1);
    assertThat(listeners()).containsExactly("job.cancelled");

    assertThat(tenant.send("DELETE", "/v1/push/rules/offstage.*", "").statusCode()).isEqualTo(204);

    assertThat(tenant.send("DELETE", "/v1/push/rules/offstage.*", "").statusCode()).isEqualTo(404);
    assertThat(tenant.get("/v1/push/rules").path("rules")).isEmpty();
    assertThat(listeners()).isEmpty();
  }

  private List<String> listeners() {
    return offstage
        .jdbc()
        .sql("select type from webhook_listener where tenant = ? order by type")
        .param(tenant.name())
        .query((row, n) -> String.valueOf(row.getString("type")))
        .list();
  }

  @Test
  void whatCouldNeverBePushedIsRefused() {
    for (var body :
        new String[] {
          "{}",
          "{\"push\":{}}",
          "{\"push\":{\"content\":{\"pt\":{\"title\":\"Oi\"}}}}",
          "{\"push\":{\"content\":{\"default\":{\"title\":\"Hi {{name}}\"}}}}",
          "{\"push\":{\"content\":{\"default\":{\"title\":\"a\"}},\"to\":{\"user\":\"bob\"}}}",
          "{\"push\":{\"silent\":true,\"data\":{\"n\":1}}}",
          "{\"push\":{\"silent\":true,\"data\":{\"aps\":\"x\"}}}",
          "{\"push\":{\"silent\":true,\"ttl\":\"29d\"}}",
          "{\"push\":{\"silent\":true,\"quietHours\":{\"from\":\"22:00\",\"to\":\"22:00\"}}}",
          "{\"push\":{\"silent\":true},\"ends\":[\"failed\"]}",
          "{\"push\":{\"silent\":true},\"ends\":[]}"
        }) {
      var answer = tenant.send("PUT", "/v1/push/rules/offstage.echo", body);
      assertThat(answer.statusCode()).as(body + answer.body()).isEqualTo(400);
      assertThat(answer.body()).contains("expected");
    }
    assertThat(tenant.send("PUT", "/v1/push/rules/push.send", DONE).statusCode()).isEqualTo(400);
  }
}
