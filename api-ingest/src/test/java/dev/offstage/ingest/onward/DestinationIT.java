package dev.offstage.ingest.onward;

import static dev.offstage.ingest.IngestServer.json;
import static dev.offstage.ingest.IngestServer.send;
import static org.assertj.core.api.Assertions.assertThat;

import dev.offstage.ingest.IngestServer;
import dev.offstage.ingest.auth.Scope;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

class DestinationIT {
  private static final String HOME = "/v1/analytics/destinations";

  private final IngestServer server = IngestServer.shared();

  private HttpResponse<String> post(String tenant, String path, String body) {
    return send(server.request(path, server.key(tenant)).POST(BodyPublishers.ofString(body)));
  }

  @Test
  void aDestinationIsMadePausedResumedFromAPositionAndRemoved() {
    var made =
        post(
            "onward",
            HOME,
            "{\"name\":\"lake\",\"kafka\":\"main\",\"filter\":{\"events\":[\"A\"]}}");
    assertThat(made.statusCode()).isEqualTo(201);
    var path = made.headers().firstValue("Location").orElseThrow();
    var position = json(made).at("/destination/position").asString();

    assertThat(json(post("onward", path + "/pause", "")).get("paused").asBoolean()).isTrue();
    var elsewhere = "7." + position.substring(position.indexOf('.') + 1);
    var resumed = json(post("onward", path + "/resume", "{\"position\":\"" + elsewhere + "\"}"));
    assertThat(resumed.get("paused").asBoolean()).isFalse();
    assertThat(resumed.get("position").asString()).isEqualTo(elsewhere);
    assertThat(resumed.get("filter").get("events").get(0).asString()).isEqualTo("A");
    assertThat(post("onward", HOME, "{\"name\":\"lake\",\"kafka\":\"main\"}").statusCode())
        .isEqualTo(409);

    assertThat(server.get(path, server.key("stranger")).statusCode()).isEqualTo(404);
    assertThat(post("stranger", path + "/pause", "").statusCode()).isEqualTo(404);
    var gone = send(server.request(path, server.key("onward")).DELETE());
    assertThat(gone.statusCode()).isEqualTo(204);
    assertThat(server.get(path, server.key("onward")).statusCode()).isEqualTo(404);
  }

  @Test
  void aWebhooksSecretIsShownOnceAndCanBeReplaced() {
    var made =
        post(
            "onward-hook",
            HOME,
            """
            {"name":"crm","url":"https://example.com/events","headers":{"X-Key":"hush"}}
            """);
    assertThat(made.statusCode()).isEqualTo(201);
    var secret = json(made).get("secret").asString();
    assertThat(secret).startsWith("whsec_");
    var path = made.headers().firstValue("Location").orElseThrow();
    var read = server.get(path, server.key("onward-hook"));
    assertThat(json(read).get("url").asString()).isEqualTo("https://example.com/events");
    assertThat(json(read).get("headers").get(0).asString()).isEqualTo("X-Key");
    assertThat(read.body()).doesNotContain(secret).doesNotContain("hush");

    var rotated = post("onward-hook", path + "/secret", "{\"overlap\":\"1h\"}");
    assertThat(json(rotated).get("secret").asString()).startsWith("whsec_").isNotEqualTo(secret);
    assertThat(json(rotated).get("oldSecretUntil").asString()).isNotBlank();
    assertThat(post("stranger", path + "/secret", "").statusCode()).isEqualTo(404);
    var stored =
        server
            .bean(JdbcClient.class)
            .sql("select secret || coalesce(headers, '') from event_destination where tenant = ?")
            .param("onward-hook")
            .query(String.class)
            .single();
    assertThat(stored).doesNotContain("whsec_").doesNotContain("hush");
  }

  @Test
  void aTenantHasSoManyDestinationsAndNoMore() {
    for (int n = 0; n < 50; n++) {
      var body = "{\"name\":\"n" + n + "\",\"kafka\":\"main\"}";
      assertThat(post("onward-most", HOME, body).statusCode()).isEqualTo(201);
    }
    var one = post("onward-most", HOME, "{\"name\":\"more\",\"kafka\":\"main\"}");
    assertThat(one.statusCode()).isEqualTo(409);
    assertThat(json(one).get("type").asString()).endsWith("too-many-destinations");
  }

  @Test
  void whatIsNotUnderstoodIsSaid() {
    for (var body :
        new String[] {
          "{}",
          "{\"name\":\"x\"}",
          "{\"name\":\"x\",\"url\":\"http://example.com/\"}",
          "{\"name\":\"x\",\"url\":\"https://10.0.0.1/\"}",
          "{\"name\":\"x\",\"url\":\"https://example.com/\",\"kafka\":\"m\"}",
          "{\"name\":\"x\",\"kafka\":\"m\",\"headers\":{\"A\":\"b\"}}",
          "{\"name\":\"x\",\"url\":\"https://example.com/\",\"headers\":{\"webhook-id\":\"b\"}}",
          "{\"name\":\"x\",\"kafka\":\"m\",\"filter\":{\"users\":[]}}"
        }) {
      assertThat(post("onward-bad", HOME, body).statusCode()).as(body).isEqualTo(400);
    }
    var read = server.key("onward-bad", Scope.EVENTS_READ);
    var answer = send(server.request(HOME, read).POST(BodyPublishers.ofString("{}")));
    assertThat(answer.statusCode()).isEqualTo(403);
  }
}
