package dev.offstage.ingest.plan;

import static dev.offstage.ingest.IngestServer.json;
import static dev.offstage.ingest.IngestServer.send;
import static org.assertj.core.api.Assertions.assertThat;

import dev.offstage.ingest.Events;
import dev.offstage.ingest.IngestServer;
import dev.offstage.ingest.auth.Scope;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;

class PlanIT {
  private final IngestServer server = IngestServer.shared();

  private HttpResponse<String> put(String tenant, String plan, Scope... scopes) {
    return send(
        server
            .request("/v1/analytics/plans/shop", server.key(tenant, scopes))
            .PUT(BodyPublishers.ofString(plan)));
  }

  @Test
  void aPlanIsKeptAndItsVersionRises() {
    var plan = "{\"unknownEvents\":\"reject\",\"events\":{\"Bought\":{}}}";

    assertThat(json(put("plans", plan)).get("version").asInt()).isEqualTo(1);
    assertThat(json(put("plans", plan)).get("version").asInt()).isEqualTo(2);
    var read = json(server.get("/v1/analytics/plans/shop", server.key("plans")));
    assertThat(read.get("plan").get("unknownEvents").asString()).isEqualTo("reject");
    assertThat(server.get("/v1/analytics/plans/shop", server.key("others")).statusCode())
        .isEqualTo(404);
    assertThat(json(server.get("/v1/analytics/plans", server.key("plans"))).get("plans"))
        .hasSize(1);

    var delete = send(server.request("/v1/analytics/plans/shop", server.key("plans")).DELETE());
    assertThat(delete.statusCode()).isEqualTo(204);
    assertThat(server.get("/v1/analytics/plans/shop", server.key("plans")).statusCode())
        .isEqualTo(404);
  }

  @Test
  void aPlanThatCannotHoldIsRefused() {
    var answer = put("bad-plan", "{\"events\":{\"a\":{\"properties\":{\"pattern\":\"(a+)+\"}}}}");

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(json(answer).get("errors").get(0).get("field").asString())
        .isEqualTo("events.a.properties.pattern");
  }

  @Test
  void whoMayOnlyReadSetsNoPlan() {
    assertThat(put("read-plan", "{}", Scope.EVENTS_READ).statusCode()).isEqualTo(403);
  }

  @Test
  void newEventsAndPropertiesAreNoticed() {
    var events = new Events(server, "noticed");
    var key = server.key("noticed", Scope.EVENTS_READ);
    events.track("2026-04-01T08:00:00Z", "Opened", "ada", null);
    events.rollUp();

    var noticed = json(server.get("/v1/analytics/schema?app=shop", key)).get("noticed");

    assertThat(noticed).hasSize(2);
    assertThat(noticed.get(1).get("property").asString()).isEqualTo("sku");
    assertThat(noticed.get(1).get("kind").asString()).isEqualTo("string");
    assertThat(
            json(server.get("/v1/analytics/schema?since=2026-05-01T00:00:00Z", key)).get("noticed"))
        .isEmpty();
  }
}
