package dev.offstage.scheduler.console.dashboard;

import dev.offstage.problem.ProblemType;
import dev.offstage.scheduler.recurring.dashboard.Dashboard;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Flow.Publisher;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.SmartLifecycle;
import org.springframework.http.HttpHeaders;
import org.springframework.stereotype.Component;

/** Sends a request on to the dashboard, and its answer back as it comes. */
@Component
final class Forwarding implements SmartLifecycle {
  /** What of an answer is passed on. */
  private static final Set<String> PASSED =
      Set.of("content-type", "cache-control", "content-security-policy", "x-accel-buffering");

  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Duration CONNECT = Duration.ofSeconds(2);
  private static final int MAX_BODY = 64 * 1024;

  private final ObjectProvider<Dashboard> dashboard;
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(CONNECT).build();
  private final Set<Relay> open = ConcurrentHashMap.newKeySet();
  private volatile boolean running;

  Forwarding(ObjectProvider<Dashboard> dashboard) {
    this.dashboard = dashboard;
  }

  /**
   * Forwards.
   *
   * @param known told the status before the answer is passed on, which may fail
   */
  void forward(HttpServletRequest request, HttpServletResponse response, IntConsumer known)
      throws IOException, InterruptedException {
    var answer = http.send(onward(request), BodyHandlers.ofPublisher());
    known.accept(answer.statusCode());
    response.setStatus(answer.statusCode());
    answer
        .headers()
        .map()
        .forEach(
            (name, values) -> {
              if (PASSED.contains(name.toLowerCase(Locale.ROOT))) {
                response.setHeader(name, values.getFirst());
              }
            });
    relay(answer, response);
  }

  private void relay(HttpResponse<Publisher<List<ByteBuffer>>> answer, HttpServletResponse response)
      throws IOException, InterruptedException {
    boolean live =
        answer
            .headers()
            .firstValue(HttpHeaders.CONTENT_TYPE)
            .orElse("")
            .startsWith("text/event-stream");
    var relay = new Relay(live);
    open.add(relay);
    try {
      answer.body().subscribe(relay);
      if (!running) {
        relay.cut();
      }
      relay.copyTo(response);
    } finally {
      open.remove(relay);
    }
  }

  private HttpRequest onward(HttpServletRequest request) throws IOException {
    var up = dashboard.getIfAvailable();
    if (up == null || !up.isRunning()) {
      throw ProblemType.UNAVAILABLE.because("This node runs no dashboard.").retryAfter(PATIENCE);
    }
    var query = request.getQueryString();
    var target =
        URI.create(up.base() + request.getRequestURI() + (query == null ? "" : "?" + query));
    var body = request.getInputStream().readNBytes(MAX_BODY);
    return HttpRequest.newBuilder(target)
        .timeout(PATIENCE)
        .header(HttpHeaders.AUTHORIZATION, up.authorization())
        .header(HttpHeaders.ACCEPT, header(request, HttpHeaders.ACCEPT))
        .method(
            request.getMethod(),
            body.length == 0 ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body))
        .build();
  }

  private static String header(HttpServletRequest request, String name) {
    @Nullable String value = request.getHeader(name);
    return value == null ? "*/*" : value;
  }

  @Override
  public void start() {
    running = true;
  }

  /** Before the web server waits for its requests to end, which live updates never do. */
  @Override
  public void stop() {
    running = false;
    open.forEach(Relay::cut);
  }

  @Override
  public boolean isRunning() {
    return running;
  }
}
