package dev.offstage.standalone.demo;

import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/** Sends what a small app's users did, as a Segment SDK would: in batches, with a write key. */
public final class EventsDemo {
  private static final int BATCH = 100;
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final Api api;
  private final String writeKey;
  private final Screen screen;

  public EventsDemo(Api api, String writeKey, Screen screen) {
    this.api = api;
    this.writeKey = writeKey;
    this.screen = screen;
  }

  /**
   * Sends the week that ends now. Whoever runs this again on the same day sends the same events,
   * which are then known.
   *
   * @return how many were sent
   */
  public int run(Instant now) throws InterruptedException {
    screen.say("");
    screen.say("Sending a small app's week of events, up to today");
    long from = System.nanoTime();
    var events = AppWeek.until(now);
    try {
      for (int at = 0; at < events.size(); at += BATCH) {
        send(events.subList(at, Math.min(events.size(), at + BATCH)));
      }
      screen.say(
          "  %d events of %d users, durable after %.1f s",
          events.size(), AppWeek.USERS, (System.nanoTime() - from) / 1e9);
      return events.size();
    } catch (IOException e) {
      var message = e.getMessage();
      screen.say("  failed: %s", message == null ? e.toString() : Text.plain(message));
      return 0;
    }
  }

  private void send(List<Map<String, Object>> events) throws IOException, InterruptedException {
    var basic =
        Base64.getEncoder().encodeToString((writeKey + ":").getBytes(StandardCharsets.UTF_8));
    var request =
        HttpRequest.newBuilder(api.resolve("/v1/batch"))
            .header("Authorization", "Basic " + basic)
            .POST(
                HttpRequest.BodyPublishers.ofByteArray(
                    JSON.writeValueAsBytes(Map.of("batch", new ArrayList<>(events)))))
            .build();
    api.expect(api.send(request, BodyHandlers.ofString()), 200);
  }
}
