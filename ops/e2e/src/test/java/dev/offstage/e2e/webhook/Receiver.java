package dev.offstage.e2e.webhook;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.awaitility.Awaitility;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A tenant's own server, on loopback: keeps what it is sent, and answers as each test wants. */
final class Receiver implements AutoCloseable {
  /** One request. */
  record Call(String path, Map<String, List<String>> headers, byte[] body) {
    String header(String name) {
      return headers.entrySet().stream()
          .filter(header -> header.getKey().equalsIgnoreCase(name))
          .findFirst()
          .orElseThrow(() -> new AssertionError(name + " in " + headers))
          .getValue()
          .getFirst();
    }

    boolean has(String name) {
      return headers.keySet().stream().anyMatch(name::equalsIgnoreCase);
    }

    String text() {
      return new String(body, StandardCharsets.UTF_8);
    }

    JsonNode json() {
      return JsonMapper.builder().build().readTree(body);
    }
  }

  /** How a path answers. */
  interface Answer {
    void to(Call call, HttpExchange exchange) throws Exception;
  }

  static Answer status(int status) {
    return (call, exchange) -> exchange.sendResponseHeaders(status, -1);
  }

  static Answer text(int status, String type, String text) {
    return (call, exchange) -> {
      exchange.getResponseHeaders().set("Content-Type", type);
      var bytes = text.getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(status, bytes.length);
      exchange.getResponseBody().write(bytes);
    };
  }

  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final List<Call> calls = new CopyOnWriteArrayList<>();
  private final Map<String, Answer> answers = new ConcurrentHashMap<>();

  Receiver() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
      server.createContext("/", this::handle);
      server.setExecutor(threads);
      server.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      var call =
          new Call(
              exchange.getRequestURI().getPath(),
              Map.copyOf(exchange.getRequestHeaders()),
              exchange.getRequestBody().readAllBytes());
      calls.add(call);
      answers.getOrDefault(call.path(), status(200)).to(call, exchange);
    } catch (IOException e) {
      throw e;
    } catch (Exception e) {
      throw new IOException(e);
    }
  }

  String url(String path) {
    return "http://127.0.0.1:" + server.getAddress().getPort() + path;
  }

  void answer(String path, Answer answer) {
    answers.put(path, answer);
  }

  List<Call> at(String path) {
    var found = new ArrayList<Call>();
    calls.stream().filter(call -> call.path().equals(path)).forEach(found::add);
    return found;
  }

  /** Waits until so many requests came to a path. */
  List<Call> await(String path, int count) {
    Awaitility.await(count + " calls of " + path)
        .atMost(Duration.ofSeconds(120))
        .until(() -> at(path).size() >= count);
    return at(path);
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
