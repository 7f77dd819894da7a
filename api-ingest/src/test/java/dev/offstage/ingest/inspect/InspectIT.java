package dev.offstage.ingest.inspect;

import static dev.offstage.ingest.IngestServer.json;
import static dev.offstage.ingest.IngestServer.send;
import static org.assertj.core.api.Assertions.assertThat;

import dev.offstage.ingest.Events;
import dev.offstage.ingest.IngestServer;
import dev.offstage.ingest.auth.Scope;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class InspectIT {
  private final IngestServer server = IngestServer.shared();

  @Test
  void theLastEventsOfAWriteKeyAreReadWithThoseThatWereRefused() {
    var read = server.key("inspect", Scope.EVENTS_READ);
    var mine = new Events(server, "inspect");
    mine.track("2026-04-01T08:00:00Z", "Opened", "ada", null);
    mine.reject("2026-04-01T08:00:01Z", "no-user");
    new Events(server, "inspect").track("2026-04-01T08:00:02Z", "Other", "bob", null);

    var events =
        json(server.get("/v1/inspector/events?writeKey=" + mine.key(), read)).get("events");

    assertThat(events).hasSize(2);
    assertThat(events.get(0).get("kind").asString()).isEqualTo("reject");
    assertThat(events.get(0).get("reason").asString()).isEqualTo("no-user");
    assertThat(events.get(1).get("name").asString()).isEqualTo("Opened");
    assertThat(json(server.get("/v1/inspector/events", read)).get("events")).hasSize(3);
    assertThat(
            json(server.get("/v1/inspector/events", server.key("other", Scope.EVENTS_READ)))
                .get("events"))
        .isEmpty();
  }

  @Test
  void whoWatchesIsToldOfWhatArrivesAndOfNothingTwice() throws IOException {
    var events = new Events(server, "stream");
    var read = server.key("stream", Scope.EVENTS_READ);
    events.track("2026-04-01T08:00:00Z", "First", "ada", null);
    var response =
        send(
            server.request("/v1/inspector/stream", read).GET(),
            HttpResponse.BodyHandlers.ofInputStream());
    try (var in =
        new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
      assertThat(data(in)).contains("First");
      events.track("2026-04-01T08:00:01Z", "Second", "ada", null);
      assertThat(data(in)).contains("Second");
    }
  }

  @Test
  void liveCountsAreTold() throws IOException {
    var read = server.key("live-counts", Scope.EVENTS_READ);
    server
        .bean(dev.offstage.live.LiveCounts.class)
        .add("live-counts", 3, java.util.List.of("ada", "bob", "ada"));
    var response =
        send(
            server.request("/v1/analytics/live", read).GET(),
            HttpResponse.BodyHandlers.ofInputStream());
    try (var in =
        new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
      assertThat(data(in)).contains("\"eventsOfHour\":3", "\"personsOfHour\":2");
    }
  }

  private static String data(BufferedReader in) throws IOException {
    var line = in.readLine();
    while (line != null && !line.startsWith("data: ")) {
      line = in.readLine();
    }
    return String.valueOf(line);
  }

  @Test
  void keysAreListedWithoutTheirText() {
    var read = server.key("keys", Scope.EVENTS_READ);
    var write = server.key("keys", Scope.EVENTS_WRITE);

    var answer = server.get("/v1/inspector/keys", read);

    assertThat(json(answer).get("keys")).hasSize(1);
    assertThat(answer.body()).doesNotContain(write);
    assertThat(server.get("/v1/inspector/keys", write).statusCode()).isEqualTo(403);
  }

  @Test
  void thePageRunsNoScriptButItsOwn() {
    var page = server.get("/inspector", "");

    assertThat(page.statusCode()).isEqualTo(200);
    var policy = page.headers().firstValue("Content-Security-Policy").orElse("");
    assertThat(policy).contains("default-src 'none'", "script-src 'nonce-");
    var nonce = policy.replaceAll(".*script-src 'nonce-([^']+)'.*", "$1");
    assertThat(page.body()).contains("<script nonce=\"" + nonce + "\">");
  }
}
