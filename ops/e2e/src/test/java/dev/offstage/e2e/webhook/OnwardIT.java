package dev.offstage.e2e.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Events onward to a webhook: from the tracking API to the tenant's own server. */
class OnwardIT {
  private static final String HOME = "/v1/analytics/destinations";
  private static final Instant FIRST = Instant.parse("2026-11-01T00:00:00Z");

  private final Offstage offstage = Offstage.shared();
  private final Offstage.Tenant tenant = offstage.tenant();
  private final String writeKey = tenant.writeKey();
  private final Receiver receiver = new Receiver();

  @AfterEach
  void close() {
    receiver.close();
  }

  private JsonNode destination(String url, String more) {
    return tenant.post(HOME, "{\"name\":\"crm\",\"url\":\"%s\"%s}".formatted(url, more));
  }

  private static String path(JsonNode created) {
    return HOME + "/" + created.at("/destination/id").asString();
  }

  /** Sends so many events of each of two users, from a number on. */
  private void track(String event, int from, int count) {
    var events =
        IntStream.range(from, from + count)
            .boxed()
            .flatMap(
                n ->
                    IntStream.range(0, 2)
                        .mapToObj(
                            user ->
                                """
                                {"type":"track","event":"%s","userId":"u%d","messageId":"%s-%d-%d",
                                 "timestamp":"%s","properties":{"n":%d}}\
                                """
                                    .formatted(
                                        event, user, event, user, n, FIRST.plusSeconds(n), n)))
            .collect(Collectors.joining(","));
    tenant.post("/v1/batch", "{\"writeKey\":\"" + writeKey + "\",\"batch\":[" + events + "]}");
  }

  private static List<JsonNode> events(List<Receiver.Call> calls) {
    var events = new ArrayList<JsonNode>();
    calls.forEach(call -> call.json().at("/data/events").forEach(events::add));
    return events;
  }

  private List<JsonNode> awaitEvents(String path, int count) {
    return Awaitility.await(count + " events at " + path)
        .atMost(Duration.ofSeconds(90))
        .until(() -> events(receiver.at(path)), events -> events.size() >= count);
  }

  @Test
  void whatTheFilterLetsThroughArrivesSignedOnceAndInOrder() {
    var created =
        destination(
            receiver.url("/a"),
            ",\"headers\":{\"X-Key\":\"hush\"},\"filter\":{\"events\":[\"Bought\"]}");
    for (int n = 0; n < 5; n++) {
      track("Viewed", 100 * n, 3);
      track("Bought", n, 1);
    }

    var events = awaitEvents("/a", 10);
    assertThat(events)
        .hasSize(10)
        .extracting(e -> e.path("event").asString())
        .containsOnly("Bought");
    assertThat(events).extracting(e -> e.path("id").asString()).doesNotHaveDuplicates();
    for (var call : receiver.at("/a")) {
      assertThat(Verifier.accepts(created.path("secret").asString(), call)).isTrue();
      assertThat(call.json().path("type").asString()).isEqualTo("analytics.events");
      assertThat(call.header("X-Key")).isEqualTo("hush");
    }
    Awaitility.await()
        .until(() -> tenant.get(path(created)).path("delivered").asLong(), sent -> sent == 10);
    assertThat(tenant.get(path(created)).path("trouble").isNull()).isTrue();
  }

  @Test
  void whatIsNotTakenComesAgainTheSameAndInOrder() {
    receiver.answer(
        "/b",
        (call, exchange) ->
            Receiver.status(receiver.at("/b").size() < 3 ? 500 : 200).to(call, exchange));
    var created = destination(receiver.url("/b"), "");
    for (int n = 0; n < 3; n++) {
      track("E", n, 1);
    }

    Awaitility.await()
        .atMost(Duration.ofSeconds(90))
        .until(() -> tenant.get(path(created)).path("delivered").asLong(), sent -> sent == 6);
    var calls = receiver.at("/b");
    var same = calls.get(0).header("webhook-id").equals(calls.get(1).header("webhook-id"));
    assertThat(same)
        .as("the same id means the same bytes, and another one others")
        .isEqualTo(calls.get(0).text().equals(calls.get(1).text()));
    var taken = events(calls.subList(2, calls.size()));
    assertThat(taken).extracting(e -> e.path("id").asString()).doesNotHaveDuplicates().hasSize(6);
    for (var user : List.of("u0", "u1")) {
      assertThat(taken)
          .filteredOn(e -> e.path("userId").asString().equals(user))
          .extracting(e -> e.at("/properties/n").asInt())
          .containsExactly(0, 1, 2);
    }
  }

  @Test
  void oneThatIsGoneIsPausedAndGoesOnFromWhereItStoodOrFromTheBeginning() {
    receiver.answer("/c", Receiver.status(410));
    var created = destination(receiver.url("/c"), "");
    track("E", 0, 1);

    Awaitility.await()
        .atMost(Duration.ofSeconds(90))
        .until(() -> tenant.get(path(created)).path("paused").asBoolean());
    assertThat(tenant.get(path(created)).path("trouble").asString()).contains("410");
    receiver.answer("/c", Receiver.status(200));
    tenant.post(path(created) + "/resume", "");
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> tenant.get(path(created)).path("delivered").asLong(), sent -> sent == 2);

    tenant.post(path(created) + "/resume", "{\"position\":\"beginning\"}");
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> tenant.get(path(created)).path("delivered").asLong(), sent -> sent == 4);
  }
}
