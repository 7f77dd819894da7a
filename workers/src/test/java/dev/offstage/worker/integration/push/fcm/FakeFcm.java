package dev.offstage.worker.integration.push.fcm;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Plays FCM and Google's token endpoint, with the answers that they document. */
public final class FakeFcm implements AutoCloseable {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  /**
   * An answer.
   *
   * @param errorCode FCM's; null for an error of what stands before it
   */
  public record Answer(int status, @Nullable String errorCode, @Nullable String retryAfter) {}

  /** A message that arrived. */
  public record Received(String token, String authorization, JsonNode message) {}

  private final HttpServer server;
  private final Map<String, Answer> answers = new ConcurrentHashMap<>();
  private final List<Received> received = new CopyOnWriteArrayList<>();
  final List<String> assertions = new CopyOnWriteArrayList<>();
  private final AtomicInteger tokens = new AtomicInteger();
  volatile int tokenStatus = 200;
  volatile String revoked = "";

  public FakeFcm() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/token", this::token);
    server.createContext("/v1/projects/my-project/messages:send", this::send);
    server.start();
  }

  private void token(HttpExchange exchange) throws IOException {
    var form = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    assertions.add(form);
    var body =
        "{\"access_token\":\"t%d\",\"expires_in\":3600,\"token_type\":\"Bearer\"}"
            .formatted(tokens.incrementAndGet());
    answer(exchange, tokenStatus, tokenStatus == 200 ? body : "{\"error\":\"invalid_grant\"}");
  }

  private void send(HttpExchange exchange) throws IOException {
    var message = JSON.readTree(exchange.getRequestBody().readAllBytes()).get("message");
    var authorization = String.valueOf(exchange.getRequestHeaders().getFirst("Authorization"));
    var token = message.get("token").asString();
    received.add(new Received(token, authorization, message));
    var answer = answers.get(token);
    if (authorization.equals("Bearer " + revoked)) {
      answer(exchange, 401, error(401, "UNAUTHENTICATED", null));
    } else if (answer == null) {
      answer(exchange, 200, "{\"name\":\"projects/my-project/messages/1\"}");
    } else {
      if (answer.retryAfter() != null) {
        exchange.getResponseHeaders().set("Retry-After", answer.retryAfter());
      }
      answer(exchange, answer.status(), error(answer.status(), "STATUS", answer.errorCode()));
    }
  }

  private static String error(int status, String text, @Nullable String code) {
    var details =
        code == null
            ? ""
            : ",\"details\":[{\"@type\":\"type.googleapis.com/google.rpc.BadRequest\"},{\"@type\":"
                + "\"type.googleapis.com/google.firebase.fcm.v1.FcmError\",\"errorCode\":\""
                + code
                + "\"}]";
    return "{\"error\":{\"code\":%d,\"message\":\"no\",\"status\":\"%s\"%s}}"
        .formatted(status, text, details);
  }

  private static void answer(HttpExchange exchange, int status, String body) throws IOException {
    var bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(status, bytes.length);
    try (var out = exchange.getResponseBody()) {
      out.write(bytes);
    }
  }

  /** From now on this token is answered so; null: accepted. */
  public void answer(String token, @Nullable Answer answer) {
    if (answer == null) {
      answers.remove(token);
    } else {
      answers.put(token, answer);
    }
  }

  public List<Received> received(String token) {
    return received.stream().filter(each -> each.token().equals(token)).toList();
  }

  public URI url(String path) {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + path);
  }

  /** A provider that sends here. */
  public FcmProvider provider(InstantSource clock) {
    var properties =
        new FcmProperties(url(""), url("/token"), Duration.ofSeconds(5), Duration.ofSeconds(20));
    var http = new Http(properties);
    return new FcmProvider(
        properties,
        http,
        new AccessTokens(properties, http, JSON, clock),
        new FcmAnswers(JSON, clock),
        JSON);
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
