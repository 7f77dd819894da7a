package dev.offstage.ingest.track;

import static dev.offstage.ingest.IngestServer.send;
import static org.assertj.core.api.Assertions.assertThat;

import dev.offstage.ingest.IngestServer;
import dev.offstage.ingest.SentEvents;
import dev.offstage.ingest.auth.ApiKeys;
import dev.offstage.ingest.auth.Scope;
import dev.offstage.ingest.auth.Tenants;
import dev.offstage.servers.Link;
import dev.offstage.servers.Servers;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Events while PostgreSQL or Redis is away, from slow phones, and from too many. */
class TrackFaultsIT {
  private static final Map<String, Link> LINKS = new HashMap<>();

  @SuppressWarnings("NullAway.Init")
  private static IngestServer server;

  private final String tenant = "faults-" + UUID.randomUUID().toString().substring(0, 8);

  @BeforeAll
  static void start() {
    server =
        IngestServer.start(
            true,
            true,
            Map.of(
                "spring.datasource.url", through("postgres", Servers.shared().postgresUrl()),
                "spring.data.redis.url", through("redis", Servers.shared().redisUri()),
                "spring.datasource.hikari.connection-timeout", "1000",
                "offstage.ingest.events.in-flight", "4MB",
                "offstage.ingest.events.body-timeout", "2s"));
  }

  /** The same URL, with a wire of ours in between. */
  private static String through(String name, String url) {
    boolean jdbc = url.startsWith("jdbc:");
    var port = URI.create(jdbc ? url.substring("jdbc:".length()) : url).getPort();
    var link = new Link(port);
    LINKS.put(name, link);
    return url.replace(":" + port, ":" + link.port());
  }

  private static Link link(String name) {
    return Objects.requireNonNull(LINKS.get(name));
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @BeforeEach
  void drain() {
    new SentEvents(server).forget();
  }

  private String writeKey() {
    server.bean(Tenants.class).ensure(tenant, tenant);
    return server.bean(ApiKeys.class).issue(tenant, "app", Set.of(Scope.EVENTS_WRITE)).text();
  }

  private static String basic(String key) {
    return "Basic " + Base64.getEncoder().encodeToString((key + ":").getBytes());
  }

  private static HttpResponse<String> track(String key, String messageId) {
    HttpRequest.Builder request =
        server
            .request("/v1/track", "")
            .header("Authorization", basic(key))
            .POST(
                BodyPublishers.ofString(
                    "{\"event\":\"E\",\"userId\":\"u\",\"messageId\":\"" + messageId + "\"}"));
    return send(request);
  }

  private static List<String> messageIds() {
    return new SentEvents(server)
        .all().stream()
            .flatMap(batch -> batch.events().stream())
            .map(event -> event.messageId())
            .toList();
  }

  private static void comesAgain(HttpResponse<String> answer, int status) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    assertThat(Integer.parseInt(answer.headers().firstValue("Retry-After").orElseThrow()))
        .isBetween(1, 20);
  }

  @Test
  void withPostgresAwayKnownKeysGoOnAndOthersAreToldToComeAgain() {
    var known = writeKey();
    var unknown = writeKey();
    assertThat(track(known, "before").statusCode()).isEqualTo(200);
    link("postgres").sever();
    try {
      for (int n = 0; n < 3; n++) {
        assertThat(track(known, "during-" + n).statusCode()).isEqualTo(200);
      }
      comesAgain(track(unknown, "stranger"), 503);
    } finally {
      link("postgres").mend();
    }
    Awaitility.await().until(() -> track(unknown, "after").statusCode() == 200);
    assertThat(messageIds())
        .containsExactlyInAnyOrder("before", "during-0", "during-1", "during-2", "after");
  }

  @Test
  void withRedisAwayEventsAreTakenAllTheSame() {
    var key = writeKey();
    link("redis").sever();
    try {
      assertThat(track(key, "1").statusCode()).isEqualTo(200);
      assertThat(track(key, "2").statusCode()).isEqualTo(200);
    } finally {
      link("redis").mend();
    }
    assertThat(messageIds()).containsExactly("1", "2");
  }

  private static Socket begun(String key, int length, int sent) throws IOException {
    var socket = new Socket("127.0.0.1", server.api("/").getPort());
    var head =
        """
        POST /v1/batch HTTP/1.1\r
        Host: localhost\r
        Authorization: %s\r
        Content-Length: %d\r
        \r
        """
            .formatted(basic(key), length);
    var out = socket.getOutputStream();
    out.write(head.getBytes(StandardCharsets.US_ASCII));
    out.write(("{\"pad\":\"" + "x".repeat(sent)).getBytes(StandardCharsets.US_ASCII));
    out.flush();
    return socket;
  }

  @Test
  void aBodyThatTricklesIsToldToComeAgainAndNothingOfItIsTaken() throws Exception {
    var key = writeKey();
    try (var socket = begun(key, 10_000, 10)) {
      var answer = new StringBuilder();
      var reader =
          Thread.ofVirtual()
              .start(
                  () -> {
                    try {
                      var bytes = socket.getInputStream().readNBytes(400);
                      answer.append(new String(bytes, StandardCharsets.US_ASCII));
                    } catch (IOException e) {
                      answer.append(e);
                    }
                  });
      Awaitility.await()
          .pollInterval(Duration.ofMillis(100))
          .until(
              () -> {
                try {
                  socket.getOutputStream().write('x');
                } catch (IOException e) {
                  // it has been answered
                }
                return !reader.isAlive();
              });
      assertThat(answer.toString()).startsWith("HTTP/1.1 503").contains("Retry-After: ");
    }
    assertThat(messageIds()).isEmpty();
  }

  private static HttpResponse<String> large(String key, String messageId) {
    var body =
        "{\"batch\":[{\"type\":\"track\",\"event\":\"E\",\"userId\":\"u\",\"messageId\":\"%s\"}],\"pad\":\"%s\"}"
            .formatted(messageId, "x".repeat(200_000));
    return send(
        server
            .request("/v1/batch", "")
            .header("Authorization", basic(key))
            .POST(BodyPublishers.ofString(body)));
  }

  private static double held() {
    return server.bean(MeterRegistry.class).get("offstage.events.inflight.bytes").gauge().value();
  }

  @Test
  void whoDoesNotFitIntoMemoryIsToldToComeAgainAndTheMemoryIsGivenBack() throws Exception {
    var key = writeKey();
    var slow = new ArrayList<Socket>();
    for (int n = 0; n < 40; n++) {
      slow.add(begun(key, 450_000, 300_000));
    }
    // Each holds four times what has come of it: a few of them fill 4 MB.
    Awaitility.await().until(() -> held() > 3 << 20);
    assertThat(held()).isLessThanOrEqualTo(4 << 20);
    comesAgain(large(key, "full"), 429);
    for (var socket : slow) {
      socket.close();
    }
    Awaitility.await().until(() -> held() == 0);
    assertThat(large(key, "fits").statusCode()).isEqualTo(200);
    assertThat(messageIds()).containsExactly("fits");
  }
}
