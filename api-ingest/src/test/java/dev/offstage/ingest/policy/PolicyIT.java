package dev.offstage.ingest.policy;

import static dev.offstage.ingest.IngestServer.json;
import static dev.offstage.ingest.IngestServer.send;
import static org.assertj.core.api.Assertions.assertThat;

import dev.offstage.ingest.IngestServer;
import dev.offstage.ingest.auth.Scope;
import dev.offstage.ingest.auth.WriteKey.IpPolicy;
import dev.offstage.ingest.auth.WriteKeys;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;

class PolicyIT {
  private static final String HOME = "/v1/analytics/policy";

  private final IngestServer server = IngestServer.shared();

  private HttpResponse<String> put(String key, String body) {
    return send(server.request(HOME, key).PUT(BodyPublishers.ofString(body)));
  }

  @Test
  void whatATenantNeverKeepsIsSaidAndHeededByItsWriteKeys() {
    var key = server.key("policy");
    var usual = json(server.get(HOME, key));
    assertThat(usual.get("ip").asString()).isEqualTo("drop");
    assertThat(usual.get("deny").size()).isZero();

    var put =
        put(key, "{\"deny\":[\"email\",\"context.device.id\",\"email\"],\"ip\":\"truncate\"}");
    assertThat(put.statusCode()).as(put.body()).isEqualTo(200);
    assertThat(json(server.get(HOME, key)).get("deny").size()).isEqualTo(2);
    var writeKey = server.key("policy", Scope.EVENTS_WRITE);
    var heeded = server.bean(WriteKeys.class).find(writeKey).orElseThrow();
    assertThat(heeded.deny()).containsExactlyInAnyOrder("email", "context.device.id");
    assertThat(heeded.ip()).isEqualTo(IpPolicy.TRUNCATE);

    assertThat(put(key, "{}").statusCode()).isEqualTo(200);
    assertThat(json(server.get(HOME, key))).isEqualTo(usual);
    assertThat(json(server.get(HOME, server.key("policy-other")))).isEqualTo(usual);
  }

  @Test
  void whatCurlCallsAFormIsReadAllTheSame() {
    var form =
        server
            .request(HOME, server.key("policy-form"))
            .header("Content-Type", "application/x-www-form-urlencoded")
            .PUT(BodyPublishers.ofString("{\"ip\":\"keep\"}"));
    var answer = send(form);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(json(answer).get("ip").asString()).isEqualTo("keep");
  }

  @Test
  void whatIsNotUnderstoodIsSaid() {
    var key = server.key("policy-bad");
    for (var body :
        new String[] {
          "{\"deny\":\"email\"}",
          "{\"deny\":[1]}",
          "{\"deny\":[\" \"]}",
          "{\"ip\":\"hash\"}",
          "{\"denied\":[]}",
          "{\"deny\":[" + "\"x\",".repeat(300).replace("x", "y") + "\"" + "z".repeat(300) + "\"]}"
        }) {
      assertThat(put(key, body).statusCode()).as(body).isEqualTo(400);
    }
    assertThat(put(server.key("policy-bad", Scope.EVENTS_READ), "{}").statusCode()).isEqualTo(403);
  }
}
