package dev.offstage.standalone.demo;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The backend of an app, which wants to be told: a server on loopback that takes webhooks and
 * verifies them by the rules of Standard Webhooks.
 */
public final class Webhooks implements AutoCloseable {
  private static final String DESCRIPTION = "ops/run";
  private static final String PATH = "/webhooks";
  private static final int MAX_BODY = 1024 * 1024;
  private static final long PATIENCE_SECONDS = 20;

  /** The first has to come; either ends a job. */
  private static final Set<String> ENDS = Set.of("job.completed", "job.discarded");

  private record Event(String id, JsonNode body, boolean verified) {
    String type() {
      return body.path("type").asString("");
    }

    String subject() {
      return body.path("data").path("id").asString("");
    }
  }

  private final HttpServer server;
  private final JsonMapper json = JsonMapper.builder().build();
  private final BlockingQueue<Event> events = new LinkedBlockingQueue<>(1_000);
  private volatile @Nullable String secret;

  public Webhooks() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(PATH, this::take);
    server.start();
  }

  /** Host and port: what the configuration must allow, since it is no public address. */
  public String host() {
    return "127.0.0.1:" + server.getAddress().getPort();
  }

  /**
   * Registers itself; whatever an earlier run registered goes.
   *
   * @param api with a server's key
   */
  public void register(Api api) throws IOException, InterruptedException {
    for (var endpoint : api.get("/v1/webhooks/endpoints").path("endpoints")) {
      if (endpoint.path("description").asString("").equals(DESCRIPTION)) {
        api.delete("/v1/webhooks/endpoints/" + endpoint.path("id").asString());
      }
    }
    var wish =
        json.createObjectNode()
            .put("url", "http://" + host() + PATH)
            .put("description", DESCRIPTION);
    wish.putArray("types").add("job.completed").add("job.discarded").add("asset.ready");
    secret = api.post("/v1/webhooks/endpoints", wish).path("secret").asString();
  }

  private void take(HttpExchange exchange) throws IOException {
    try (exchange) {
      var body = exchange.getRequestBody().readNBytes(MAX_BODY);
      var headers = exchange.getRequestHeaders();
      var id = String.valueOf(headers.getFirst("webhook-id"));
      var signed = id + "." + headers.getFirst("webhook-timestamp") + ".";
      boolean good = verifies(signed, body, String.valueOf(headers.getFirst("webhook-signature")));
      exchange.sendResponseHeaders(good ? 204 : 401, -1);
      var unused = events.offer(new Event(id, json.readTree(body), good));
    }
  }

  private boolean verifies(String signed, byte[] body, String signatures) {
    var known = secret;
    if (known == null) {
      return false;
    }
    try {
      var mac = Mac.getInstance("HmacSHA256");
      var key = Base64.getDecoder().decode(known.substring("whsec_".length()));
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      mac.update(signed.getBytes(StandardCharsets.UTF_8));
      var expected = "v1," + Base64.getEncoder().encodeToString(mac.doFinal(body));
      for (var signature : signatures.split(" ", -1)) {
        if (MessageDigest.isEqual(
            expected.getBytes(StandardCharsets.UTF_8),
            signature.getBytes(StandardCharsets.UTF_8))) {
          return true;
        }
      }
      return false;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Shows what the backend was told of a job and its asset. */
  void show(String job, String asset, Screen screen) throws InterruptedException {
    var told = new ArrayList<Event>();
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (!isWhole(told)) {
      var event = events.poll(until - System.nanoTime(), TimeUnit.NANOSECONDS);
      if (event == null) {
        screen.say("  webhook not all of them within %d s", PATIENCE_SECONDS);
        break;
      }
      if (event.subject().equals(job) || event.subject().equals(asset)) {
        told.add(event);
      }
    }
    for (var event : told) {
      screen.say(
          "  webhook %-13s %s, %s",
          Text.plain(event.type()),
          event.verified() ? "signature verified" : "NOT SIGNED BY US",
          Text.plain(event.id()));
    }
  }

  /** A job that completed has made its asset ready as well. */
  private static boolean isWhole(List<Event> told) {
    var types = told.stream().map(Event::type).toList();
    return types.stream().anyMatch(ENDS::contains)
        && (types.contains("asset.ready") || !types.contains("job.completed"));
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
