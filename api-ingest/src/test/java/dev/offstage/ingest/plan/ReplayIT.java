package dev.offstage.ingest.plan;

import static dev.offstage.ingest.IngestServer.json;
import static dev.offstage.ingest.IngestServer.send;
import static org.assertj.core.api.Assertions.assertThat;

import dev.offstage.event.EventSource;
import dev.offstage.event.EventWire;
import dev.offstage.ingest.Events;
import dev.offstage.ingest.IngestServer;
import dev.offstage.ingest.SentEvents;
import dev.offstage.ingest.auth.Scope;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

class ReplayIT {
  @SuppressWarnings("NullAway.Init")
  private static IngestServer server;

  @BeforeAll
  static void start() {
    server = IngestServer.start(true, true, Map.of());
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static HttpResponse<String> replay(String tenant, UUID id, String body) {
    return send(
        server
            .request("/v1/analytics/rejects/" + id + "/replay", server.key(tenant))
            .POST(BodyPublishers.ofString(body)));
  }

  private static UUID reject(Events events, String tenant, String event) {
    events.reject("2026-04-01T08:00:01Z", "not-as-planned");
    return server
        .bean(JdbcClient.class)
        .sql(
            """
            update event_reject set message_id = 'm-1', event = ?::jsonb where tenant = ?
            returning id
            """)
        .params(event, tenant)
        .query(UUID.class)
        .single();
  }

  @Test
  void aRejectIsSentOnceAtTheTimeAtWhichItCame() {
    server.key("replay");
    var events = new Events(server, "replay");
    var id =
        reject(
            events,
            "replay",
            "{\"type\":\"track\",\"event\":\"Bought\",\"userId\":\"ada\",\"properties\":{\"a\":1}}");

    assertThat(replay("stranger", id, "").statusCode()).isEqualTo(404);
    assertThat(replay("replay", id, "").statusCode()).isEqualTo(202);
    assertThat(replay("replay", id, "").statusCode()).isEqualTo(409);

    var sent = new SentEvents(server);
    var message = sent.next();
    var event = EventWire.decode(message.getBody()).events().getFirst();
    assertThat(event.id()).isEqualTo(new EventSource("replay", "shop", events.key()).idOf("m-1"));
    assertThat(event.times().occurredAt()).hasToString("2026-04-01T08:00:01Z");
    assertThat(event.name()).isEqualTo("Bought");
    assertThat(sent.count()).isZero();
  }

  @Test
  void whatIsStillBadIsRefusedUntilItIsCorrected() {
    server.key("correct");
    var id = reject(new Events(server, "correct"), "correct", "{\"type\":\"track\"}");

    var bad = replay("correct", id, "");
    assertThat(bad.statusCode()).isEqualTo(422);
    assertThat(json(bad).get("detail").asString()).contains("event: missing");
    var good =
        replay("correct", id, "{\"event\":{\"type\":\"track\",\"event\":\"E\",\"userId\":\"u\"}}");
    assertThat(good.statusCode()).isEqualTo(202);
    new SentEvents(server).next();
  }

  @Test
  void whatWasWrittenByAReplayThatDiedIsNotSentAgain() {
    server.key("died");
    var events = new Events(server, "died");
    var id = reject(events, "died", "{\"type\":\"track\",\"event\":\"Bought\",\"userId\":\"ada\"}");
    var jdbc = server.bean(JdbcClient.class);
    // It was sent and written, and nobody lived to note it.
    jdbc.sql("update event_reject set replaying_at = '2026-04-01T08:00:01Z' where tenant = 'died'")
        .update();
    events.track("2026-04-01T08:00:01Z", "Bought", "ada", null);
    jdbc.sql("update event set id = ? where tenant = 'died'")
        .param(new EventSource("died", "shop", events.key()).idOf("m-1"))
        .update();

    assertThat(replay("died", id, "").statusCode()).isEqualTo(202);

    assertThat(replay("died", id, "").statusCode()).isEqualTo(409);
    assertThat(new SentEvents(server).count()).isZero();
  }

  @Test
  void whatIsDeniedDoesNotComeInByACorrection() {
    var key = server.key("denied");
    var id = reject(new Events(server, "denied"), "denied", "{\"type\":\"track\"}");
    send(
        server
            .request("/v1/analytics/policy", key)
            .PUT(BodyPublishers.ofString("{\"deny\":[\"email\"]}")));

    replay(
        "denied",
        id,
        """
        {"event":{"type":"track","event":"E","userId":"u","properties":{"email":"a@b.c","a":1}}}
        """);

    var message = new SentEvents(server).next();
    assertThat(new String(message.getBody(), java.nio.charset.StandardCharsets.UTF_8))
        .doesNotContain("a@b.c");
  }

  @Test
  void rejectsAreListedPageByPageAndRead() {
    var key = server.key("listed");
    var events = new Events(server, "listed");
    for (int n = 0; n < 5; n++) {
      events.reject("2026-04-0" + (n + 1) + "T08:00:00Z", n % 2 == 0 ? "no-user" : "too-large");
    }
    var seen = new ArrayList<String>();
    var path = "/v1/analytics/rejects?limit=2";
    for (var next = ""; next != null; ) {
      var page = json(server.get(path + next, key));
      page.get("rejects").forEach(reject -> seen.add(reject.get("receivedAt").asString()));
      var cursor = page.get("next");
      next = cursor.isNull() ? null : "&cursor=" + cursor.asString();
    }
    assertThat(seen)
        .hasSize(5)
        .isSortedAccordingTo(Comparator.reverseOrder())
        .doesNotHaveDuplicates();

    var some =
        json(
            server.get(
                "/v1/analytics/rejects?reason=no-user&from=2026-04-02T00:00:00Z"
                    + "&to=2026-04-05T00:00:00Z&writeKey="
                    + events.key(),
                key));
    assertThat(some.get("rejects").size()).isOne();
    var id = some.at("/rejects/0/id").asString();
    var one = json(server.get("/v1/analytics/rejects/" + id, key));
    assertThat(one.at("/event/event").asString()).isEqualTo("Bad");
    assertThat(server.get("/v1/analytics/rejects/" + id, server.key("stranger")).statusCode())
        .isEqualTo(404);
    assertThat(server.get("/v1/analytics/rejects?cursor=x", key).statusCode()).isEqualTo(400);
  }

  @Test
  void whoMayOnlyReadReplaysNothing() {
    var read = server.key("read-only", Scope.EVENTS_READ);
    var answer =
        send(
            server
                .request("/v1/analytics/rejects/" + UUID.randomUUID() + "/replay", read)
                .POST(BodyPublishers.noBody()));

    assertThat(answer.statusCode()).isEqualTo(403);
  }
}
