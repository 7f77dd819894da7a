package dev.offstage.ingest.plan;

import static dev.offstage.ingest.IngestServer.json;
import static dev.offstage.ingest.IngestServer.send;
import static org.assertj.core.api.Assertions.assertThat;

import dev.offstage.event.EventSource;
import dev.offstage.event.EventWire;
import dev.offstage.ingest.Events;
import dev.offstage.ingest.IngestServer;
import dev.offstage.ingest.auth.Scope;
import dev.offstage.queue.Topology;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.amqp.rabbit.core.RabbitTemplate;
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

    var rabbit = server.bean(RabbitTemplate.class);
    var message = Objects.requireNonNull(rabbit.receive(Topology.SMALL_EVENTS, 20_000));
    var event = EventWire.decode(message.getBody()).events().getFirst();
    assertThat(event.id()).isEqualTo(new EventSource("replay", "shop", events.key()).idOf("m-1"));
    assertThat(event.times().occurredAt()).hasToString("2026-04-01T08:00:01Z");
    assertThat(event.name()).isEqualTo("Bought");
    assertThat(rabbit.receive(Topology.SMALL_EVENTS, 0)).isNull();
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
    server.bean(RabbitTemplate.class).receive(Topology.SMALL_EVENTS, 20_000);
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
