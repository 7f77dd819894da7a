package dev.offstage.ingest.track;

import static dev.offstage.ingest.IngestServer.send;
import static org.assertj.core.api.Assertions.assertThat;

import dev.offstage.event.Event;
import dev.offstage.event.EventBatch;
import dev.offstage.event.RejectedEvent;
import dev.offstage.ingest.IngestServer;
import dev.offstage.ingest.SentEvents;
import dev.offstage.ingest.auth.ApiKeys;
import dev.offstage.ingest.auth.Scope;
import dev.offstage.ingest.auth.Tenants;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.zip.GZIPOutputStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The whole ingest application: what it answers, and what the broker has then. */
class TrackIT {
  private static final String SUCCESS = "{\"success\":true}";
  private static IngestServer server;

  private final String key = writeKey("track-" + UUID.randomUUID().toString().substring(0, 8));

  @BeforeAll
  static void start() {
    server = IngestServer.start(true, true, Map.of("offstage.ingest.events.max-queued", "40"));
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @BeforeEach
  void drain() {
    new SentEvents(server).forget();
  }

  private static String writeKey(String tenant) {
    server.bean(Tenants.class).ensure(tenant, tenant);
    return server.bean(ApiKeys.class).issue(tenant, "app", Set.of(Scope.EVENTS_WRITE)).text();
  }

  private static String basic(String key) {
    return "Basic " + Base64.getEncoder().encodeToString((key + ":").getBytes());
  }

  private static HttpRequest.Builder post(String path, byte[] body) {
    return server.request(path, "").POST(BodyPublishers.ofByteArray(body));
  }

  private HttpResponse<String> post(String path, String body) {
    return send(
        post(path, body.getBytes(StandardCharsets.UTF_8)).header("Authorization", basic(key)));
  }

  /** What the broker has: one message a request, but for those that were refused. */
  private static List<EventBatch> messages() {
    return all().stream().filter(batch -> !batch.events().isEmpty()).toList();
  }

  private static List<EventBatch> all() {
    return new SentEvents(server).all();
  }

  private static String track(String id) {
    return "{\"type\":\"track\",\"event\":\"E\",\"userId\":\"u\",\"messageId\":\"" + id + "\"}";
  }

  private static byte[] gzip(byte[] bytes) throws IOException {
    var zipped = new ByteArrayOutputStream();
    try (var out = new GZIPOutputStream(zipped)) {
      out.write(bytes);
    }
    return zipped.toByteArray();
  }

  @Test
  void everyRouteTakesWhatItIsFor() {
    for (var type : List.of("track", "identify", "screen", "page", "group", "alias")) {
      for (var path : List.of("/v1/" + type, "/v1/" + type.charAt(0))) {
        var answer = post(path, "{\"event\":\"E\",\"userId\":\"u\"}");
        assertThat(answer.statusCode()).as(path).isEqualTo(200);
        assertThat(answer.body()).isEqualTo(SUCCESS);
        assertThat(answer.headers().firstValue("Content-Type")).contains("application/json");
        var message = messages().getFirst();
        assertThat(message.events()).extracting(e -> e.type().text()).containsExactly(type);
      }
    }
    for (var path : List.of("/v1/batch", "/v1/b", "/v1/import", "/v1/import/")) {
      assertThat(post(path, "{\"batch\":[" + track("1") + "," + track("2") + "]}").body())
          .as(path)
          .isEqualTo(SUCCESS);
      assertThat(messages()).singleElement().extracting(m -> m.events().size()).isEqualTo(2);
    }
    assertThat(post("/v1/m", "{\"series\":[]}").body()).isEqualTo(SUCCESS);
    assertThat(messages()).isEmpty();
  }

  @Test
  void theBodyIsJsonWhateverItsTypeSaysAndMayBeGzipped() throws IOException {
    var body = ("{\"batch\":[" + track("1") + "]}").getBytes(StandardCharsets.UTF_8);
    for (var type :
        List.of("text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "x/y")) {
      for (var bytes : List.of(body, gzip(body))) {
        var answer =
            send(
                post("/v1/batch", bytes)
                    .header("Content-Type", type)
                    .header("Authorization", basic(key)));
        assertThat(answer.body()).as(type).isEqualTo(SUCCESS);
      }
    }
    // A proxy has unpacked it, and left the header.
    var unpacked =
        post("/v1/batch", body)
            .header("Content-Encoding", "gzip")
            .header("Authorization", basic(key));
    assertThat(send(unpacked).body()).isEqualTo(SUCCESS);
    assertThat(messages()).hasSize(9);
  }

  @Test
  void theKeyMayComeInTheBody() {
    var body = "{\"batch\":[" + track("1") + "],\"writeKey\":\"" + key + "\"}";
    assertThat(send(post("/v1/b", body.getBytes())).statusCode()).isEqualTo(200);
    var single = "{\"event\":\"E\",\"userId\":\"u\",\"writeKey\":\"" + key + "\"}";
    var wrong = post("/v1/t", single.getBytes()).header("Authorization", basic("nobody"));
    assertThat(send(wrong).statusCode()).isEqualTo(200);
    assertThat(messages()).hasSize(2);
  }

  @Test
  void withoutAKeyInForceNothingIsTaken() {
    var apiKey = server.key("track-more", Scope.EVENTS_WRITE, Scope.JOBS_READ);
    for (var bad : List.of("", key.substring(1), key + "x", apiKey)) {
      var request =
          post("/v1/batch", ("{\"batch\":[" + track("1") + "]}").getBytes())
              .header("Authorization", basic(bad));
      assertThat(send(request).statusCode()).as(bad).isEqualTo(401);
    }
    assertThat(send(post("/v1/t", "{}".getBytes())).statusCode()).isEqualTo(401);
    assertThat(messages()).isEmpty();
  }

  @Test
  void aBodyMayHave500KbAndNotAByteMoreHoweverItIsPacked() throws IOException {
    var most = body(500 * 1024);
    var over = body(500 * 1024 + 1);
    for (var bytes : List.of(most, gzip(most))) {
      var good = post("/v1/batch", bytes).header("Authorization", basic(key));
      assertThat(send(good).statusCode()).isEqualTo(200);
    }
    for (var bytes : List.of(over, gzip(over), gzip(gzip(most)), gzip(new byte[1 << 28]))) {
      var bad = post("/v1/batch", bytes).header("Authorization", basic(key));
      assertThat(send(bad).statusCode()).isEqualTo(400);
    }
    assertThat(messages()).hasSize(2);
  }

  private static byte[] body(int length) {
    var start = "{\"batch\":[" + track("1") + "],\"pad\":\"";
    return (start + "x".repeat(length - start.length() - 2) + "\"}").getBytes();
  }

  @Test
  void whatIsNotJsonInUtf8IsRefusedWithWhy() throws IOException {
    var good = "{\"batch\":[" + track("é") + "]}";
    var cut = gzip(good.getBytes());
    for (var bytes :
        List.of(
            new byte[0],
            "[]".getBytes(),
            "x=1&y=2".getBytes(),
            good.getBytes(StandardCharsets.ISO_8859_1),
            good.getBytes(StandardCharsets.UTF_16),
            good.getBytes(StandardCharsets.UTF_16LE),
            Arrays.copyOf(cut, cut.length - 9),
            new byte[] {0x1f, (byte) 0x8b, 1, 2, 3},
            "{\"batch\":".repeat(100_000).substring(0, 400_000).getBytes())) {
      var answer = send(post("/v1/batch", bytes).header("Authorization", basic(key)));
      assertThat(answer.statusCode()).as(new String(bytes)).isEqualTo(400);
      assertThat(answer.headers().firstValue("Content-Type")).contains("application/problem+json");
    }
    var marked = ("\ufeff" + good).getBytes(StandardCharsets.UTF_8);
    var answer = send(post("/v1/batch", marked).header("Authorization", basic(key)));
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(messages()).hasSize(1);
  }

  @Test
  void aBadEventInAGoodBatchTravelsAsAReject() {
    assertThat(post("/v1/batch", "{\"batch\":[" + track("1") + ",{\"type\":\"track\"}]}").body())
        .isEqualTo(SUCCESS);
    var message = messages().getFirst();
    assertThat(message.events()).extracting(Event::messageId).containsExactly("1");
    assertThat(message.rejects()).extracting(r -> r.reason()).containsExactly("no-event");
    assertThat(post("/v1/track", "{\"event\":\"E\"}").statusCode()).isEqualTo(400);
  }

  private List<RejectedEvent> refusedAtTheDoor(String theirs, int count) {
    var refused = new ArrayList<RejectedEvent>();
    Awaitility.await()
        .until(
            () -> {
              all().stream()
                  .flatMap(batch -> batch.rejects().stream())
                  .filter(reject -> reject.source().tenant().equals(theirs))
                  .forEach(refused::add);
              return refused.size() >= count;
            });
    return refused;
  }

  @Test
  void whatIsRefusedAtTheDoorIsShownToWhoeverIntegrates() throws IOException {
    var tenant = "track-door";
    var theirs = writeKey(tenant);
    var single = "{\"event\":\"E\",\"messageId\":\"m\"}".getBytes();
    var inBody = ("{\"batch\":[{],\"writeKey\":\"" + theirs + "\"}").getBytes();
    assertThat(send(post("/v1/track", single).header("Authorization", basic(theirs))).statusCode())
        .isEqualTo(400);
    assertThat(send(post("/v1/batch", inBody)).statusCode()).isEqualTo(400);
    var large = post("/v1/batch", body(500 * 1024 + 1)).header("Authorization", basic(theirs));
    assertThat(send(large).statusCode()).isEqualTo(400);

    var refused = refusedAtTheDoor(tenant, 3);
    assertThat(refused)
        .extracting(RejectedEvent::reason)
        .containsExactlyInAnyOrder("no-user", "unreadable", "unreadable");
    assertThat(refused)
        .extracting(RejectedEvent::detail)
        .anyMatch(detail -> detail.contains("not JSON: line 1"))
        .anyMatch(detail -> detail.contains("too large"));
    var bad = refused.stream().filter(each -> each.reason().equals("no-user")).findFirst();
    assertThat(bad.orElseThrow().messageId()).isEqualTo("m");
    assertThat(bad.orElseThrow().event()).isNotNull();
  }

  @Test
  void whoeverIsRefusedOverAndOverIsNotNotedEachTime() {
    var tenant = "track-flood";
    var theirs = basic(writeKey(tenant));
    for (int i = 0; i < 100; i++) {
      var bad = post("/v1/track", "{}".getBytes()).header("Authorization", theirs);
      assertThat(send(bad).statusCode()).isEqualTo(400);
    }
    assertThat(refusedAtTheDoor(tenant, 20)).hasSizeLessThan(60);
  }

  @Test
  void aTooDeepQueueTellsClientsToComeAgain() {
    for (int i = 0; i < 41; i++) {
      post("/v1/batch", "{\"batch\":[" + track("m" + i) + "]}");
    }
    var backlog = server.bean(Backlog.class);
    Awaitility.await().until(backlog::isTooDeep);
    var answer = post("/v1/batch", "{\"batch\":[" + track("more") + "]}");
    assertThat(answer.statusCode()).isEqualTo(429);
    assertThat(Integer.parseInt(answer.headers().firstValue("Retry-After").orElseThrow()))
        .isBetween(5, 10);
    messages();
    Awaitility.await().until(() -> !backlog.isTooDeep());
    assertThat(post("/v1/t", track("again")).statusCode()).isEqualTo(200);
  }

  @Test
  void aKeyThatSendsMoreThanItMayIsToldToWait() {
    var tenant = "track-rate";
    var slow = writeKey(tenant);
    server
        .bean(JdbcClient.class)
        .sql("insert into write_key (id, rate) select id, 1 from api_key where tenant = ?")
        .param(tenant)
        .update();
    var ten = "{\"batch\":[" + track("1") + (",{}").repeat(9) + "]}";
    var first = send(post("/v1/b", ten.getBytes()).header("Authorization", basic(slow)));
    assertThat(first.statusCode()).isEqualTo(200);
    var second = send(post("/v1/b", ten.getBytes()).header("Authorization", basic(slow)));
    assertThat(second.statusCode()).isEqualTo(429);
    assertThat(Integer.parseInt(second.headers().firstValue("Retry-After").orElseThrow()))
        .isPositive();
  }

  @Test
  void settingsNameTheKeyTheHostAndHowToRetry() {
    var answer = server.get("/v1/projects/" + key + "/settings", "");
    var segment = IngestServer.json(answer).at("/integrations/Segment.io");
    assertThat(segment.path("apiKey").asString()).isEqualTo(key);
    assertThat(segment.path("apiHost").asString())
        .isEqualTo(server.api("/v1").toString().replace("http://", ""));
    assertThat(segment.at("/httpConfig/rateLimitConfig/enabled").asBoolean()).isTrue();
    assertThat(server.get("/v1/projects/nobody/settings", "").statusCode()).isEqualTo(404);
  }

  @Test
  void aPageOfAnyOriginMaySend() {
    var preflight =
        server
            .request("/v1/t", "")
            .method("OPTIONS", BodyPublishers.noBody())
            .header("Origin", "https://shop.example")
            .header("Access-Control-Request-Method", "POST")
            .header("Access-Control-Request-Headers", "authorization,content-type");
    var answer = send(preflight);
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("Access-Control-Allow-Origin")).contains("*");
  }

  @Test
  void withTheBrokerAwayNothingIsTaken() {
    // The server that other tests share has no broker.
    var away = IngestServer.shared();
    away.bean(Tenants.class).ensure("track-away", "away");
    var known =
        away.bean(ApiKeys.class).issue("track-away", "app", Set.of(Scope.EVENTS_WRITE)).text();
    var request =
        away.request("/v1/t", "")
            .POST(BodyPublishers.ofString(track("1")))
            .header("Authorization", basic(known));
    var answer = send(request);
    assertThat(answer.statusCode()).isEqualTo(503);
    assertThat(Integer.parseInt(answer.headers().firstValue("Retry-After").orElseThrow()))
        .isBetween(5, 10);
  }
}
