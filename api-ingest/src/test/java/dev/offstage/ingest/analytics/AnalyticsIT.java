package dev.offstage.ingest.analytics;

import static dev.offstage.ingest.IngestServer.json;
import static dev.offstage.ingest.IngestServer.send;
import static org.assertj.core.api.Assertions.assertThat;

import dev.offstage.ingest.Events;
import dev.offstage.ingest.IngestServer;
import dev.offstage.ingest.auth.Scope;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class AnalyticsIT {
  private final IngestServer server = IngestServer.shared();

  private HttpResponse<String> ask(String tenant, String question) {
    return server.get("/v1/analytics/" + question, server.key(tenant, Scope.EVENTS_READ));
  }

  private JsonNode answer(String tenant, String question) {
    var response = ask(tenant, question);
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    return json(response);
  }

  private String csv(String tenant, String question) {
    var key = server.key(tenant, Scope.EVENTS_READ);
    var response =
        send(server.request("/v1/analytics/" + question, key).header("Accept", "text/csv").GET());
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    assertThat(response.headers().firstValue("Content-Type").orElse("")).startsWith("text/csv");
    return response.body();
  }

  private static List<Long> values(JsonNode answer) {
    return StreamSupport.stream(answer.get("points").spliterator(), false)
        .map(point -> point.get("value").asLong())
        .toList();
  }

  /** Ada on the 1st, 2nd and 8th, anonymously at first; Bob on the 1st and 3rd, late in the day. */
  private Events week(String tenant) {
    server.key(tenant);
    var events = new Events(server, tenant);
    events.track("2026-04-01T08:00:00Z", "Opened", null, "a-1");
    events.track("2026-04-01T08:10:00Z", "Viewed", "ada", "a-1");
    events.track("2026-04-02T08:00:00Z", "Opened", "ada", null, "1.1");
    events.track("2026-04-08T08:00:00Z", "Bought", "ada", null, "1.1");
    events.track("2026-04-01T22:30:00Z", "Opened", "bob", null);
    events.track("2026-04-03T23:30:00Z", "Viewed", "bob", null);
    events.identify("a-1", "ada", "2026-04-01T08:10:00Z");
    events.rollUp();
    return events;
  }

  @Test
  void eventsAreCountedByDayInTheirZone() {
    week("series");
    var range = "&from=2026-04-01&to=2026-04-05";

    assertThat(values(answer("series", "timeseries?metric=events" + range)))
        .containsExactly(3L, 1L, 1L, 0L);
    assertThat(values(answer("series", "timeseries?metric=events&zone=Asia/Kolkata" + range)))
        .containsExactly(2L, 2L, 0L, 1L);
    assertThat(values(answer("series", "timeseries?event=Opened&appVersion=1.1" + range)))
        .containsExactly(0L, 1L, 0L, 0L);
    assertThat(csv("series", "timeseries?from=2026-04-01&to=2026-04-02"))
        .isEqualTo("at,events\r\n2026-04-01T00:00Z,3\r\n");
  }

  @Test
  void personsAreCountedOnceWhateverTheySignedInAs() {
    week("persons");
    var range = "&from=2026-04-01&to=2026-04-09";

    assertThat(values(answer("persons", "timeseries?metric=active" + range)))
        .containsExactly(2L, 1L, 1L, 0L, 0L, 0L, 0L, 1L);
    assertThat(values(answer("persons", "timeseries?metric=new" + range)))
        .containsExactly(2L, 0L, 0L, 0L, 0L, 0L, 0L, 0L);
    assertThat(values(answer("persons", "timeseries?metric=returning" + range)))
        .containsExactly(0L, 1L, 1L, 0L, 0L, 0L, 0L, 1L);
    assertThat(values(answer("persons", "timeseries?metric=wau" + range)))
        .containsExactly(2L, 2L, 2L, 2L, 2L, 2L, 2L, 2L);
    assertThat(values(answer("persons", "timeseries?metric=wau&from=2026-04-09&to=2026-04-12")))
        .containsExactly(2L, 1L, 1L);
    assertThat(values(answer("persons", "timeseries?metric=mau&from=2026-05-07&to=2026-05-09")))
        .containsExactly(1L, 0L);
  }

  @Test
  void retentionIsByWhenSomebodyCameFirst() {
    week("retain");

    var cohorts =
        answer("retain", "retention?from=2026-04-01&to=2026-04-03&periods=7").get("cohorts");

    assertThat(cohorts.get(0).get("persons").asInt()).isEqualTo(2);
    assertThat(cohorts.get(0).get("active").toString()).isEqualTo("[2,1,1,0,0,0,0,1]");
    assertThat(cohorts.get(1).get("persons").asInt()).isZero();
    assertThat(csv("retain", "retention?from=2026-04-01&to=2026-04-02&periods=2"))
        .isEqualTo("cohort,persons,day 0,day 1,day 2\r\n2026-04-01T00:00Z,2,2,1,1\r\n");
  }

  @Test
  void aFunnelKeepsTheOrderAndTheWindow() {
    week("funnel");
    var range = "&from=2026-04-01&to=2026-04-09";

    var steps =
        answer("funnel", "funnel?step=Opened&step=Viewed&step=Bought" + range + "&window=10d")
            .get("steps");
    assertThat(steps.get(0).get("persons").asInt()).isEqualTo(2);
    assertThat(steps.get(1).get("persons").asInt()).isEqualTo(2);
    assertThat(steps.get(2).get("persons").asInt()).isEqualTo(1);
    assertThat(steps.get(2).get("share").asDouble()).isEqualTo(0.5);

    var backwards = answer("funnel", "funnel?step=Bought&step=Opened" + range).get("steps");
    assertThat(backwards.get(1).get("persons").asInt()).isZero();
    var soon = answer("funnel", "funnel?step=Opened&step=Viewed&window=1h" + range).get("steps");
    assertThat(soon.get(1).get("persons").asInt()).isEqualTo(1);
    var twice = answer("funnel", "funnel?step=Opened&step=Opened" + range).get("steps");
    assertThat(twice.get(1).get("persons").asInt()).isEqualTo(1);
  }

  @Test
  void uniquesAreEstimatedOrCounted() {
    week("unique");
    var range = "&from=2026-04-01&to=2026-04-09";

    var sketch = answer("unique", "uniques?event=Opened" + range);
    assertThat(sketch.get("method").asString()).isEqualTo("sketch");
    assertThat(sketch.get("atLeast").asLong()).isLessThanOrEqualTo(sketch.get("persons").asLong());
    assertThat(answer("unique", "uniques?exact=true" + range).get("persons").asInt()).isEqualTo(2);
    assertThat(
            answer("unique", "uniques?event=Opened&appVersion=1.1" + range).get("persons").asInt())
        .isEqualTo(1);
  }

  @Test
  void aBreakdownNamesWhatThereIsMostOf() {
    week("breakdown");
    var range = "&from=2026-04-01&to=2026-04-09";

    assertThat(csv("breakdown", "breakdown?by=event" + range))
        .isEqualTo("event,events\r\nOpened,3\r\nViewed,2\r\nBought,1\r\n");
    assertThat(csv("breakdown", "breakdown?by=property.sku" + range))
        .isEqualTo("property.sku,events\r\n'=cmd,6\r\n");
    assertThat(csv("breakdown", "breakdown?by=event&metric=persons" + range))
        .isEqualTo("event,persons\r\nOpened,2\r\nViewed,2\r\nBought,1\r\n");
  }

  @Test
  void eventsAreReadPageByPage() {
    week("pages");
    var key = server.key("pages", Scope.EVENTS_READ);
    var times = new ArrayList<String>();
    var path = "/v1/analytics/events?from=2026-04-01&to=2026-04-09&limit=4";
    while (path != null) {
      var page = json(server.get(path, key));
      page.get("events").forEach(event -> times.add(event.get("occurredAt").asString()));
      path = page.get("next").isNull() ? null : page.get("next").asString();
    }

    assertThat(times).hasSize(6).isSortedAccordingTo(java.util.Comparator.reverseOrder());
    assertThat(answer("pages", "events?userId=bob&from=2026-04-01&to=2026-04-09").get("events"))
        .hasSize(2);
  }

  @Test
  void anothersEventsDoNotExist() {
    week("mine");
    server.key("theirs");
    var range = "?from=2026-04-01&to=2026-04-09";

    assertThat(answer("theirs", "events" + range).get("events")).isEmpty();
    assertThat(values(answer("theirs", "timeseries" + range))).containsOnly(0L);
    assertThat(answer("theirs", "uniques" + range).get("persons").asInt()).isZero();
    assertThat(answer("theirs", "uniques" + range + "&exact=true").get("persons").asInt()).isZero();
  }

  @Test
  void aWriteKeyAsksNothing() {
    for (var path : List.of("timeseries", "events", "uniques", "retention", "live")) {
      var response = server.get("/v1/analytics/" + path, server.key("writer", Scope.EVENTS_WRITE));
      assertThat(response.statusCode()).as(path).isEqualTo(403);
    }
    assertThat(server.get("/v1/analytics/timeseries", server.token("ada")).statusCode())
        .isEqualTo(403);
  }

  @Test
  void whatIsNotUnderstoodIsSaid() {
    server.key("bad");
    for (var question :
        List.of(
            "timeseries?metric=love",
            "timeseries?interval=hour&from=2026-01-01&to=2026-04-01",
            "timeseries?from=yesterday",
            "timeseries?from=2026-04-01T00:07:00Z",
            "timeseries?zone=Mars/Olympus",
            "timeseries?from=2026-04-02&to=2026-04-01",
            "timeseries?colour=red",
            "timeseries?metric=wau&event=Opened",
            "breakdown",
            "breakdown?by=everything",
            "breakdown?by=country&from=2025-06-01&to=2026-04-01",
            "funnel?step=one",
            "funnel?step=one&step=two&window=90d",
            "retention?periods=61",
            "events?cursor=here",
            "events?limit=0",
            "uniques?exact=perhaps")) {
      var response = ask("bad", question);
      assertThat(response.statusCode()).as(question).isEqualTo(400);
      assertThat(json(response).get("errors")).as(question).isNotEmpty();
    }
  }
}
