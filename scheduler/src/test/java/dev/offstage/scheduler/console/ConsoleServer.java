package dev.offstage.scheduler.console;

import dev.offstage.boot.OffstageApplication;
import dev.offstage.operator.OperatorTokens;
import dev.offstage.operator.Operators;
import dev.offstage.operator.Passwords;
import dev.offstage.operator.Role;
import dev.offstage.scheduler.SchedulerApplication;
import dev.offstage.servers.Servers;
import java.io.IOException;
import java.net.CookieManager;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Primary;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A scheduler with its console, one for all tests of this JVM, whose clock they may move. */
public final class ConsoleServer {
  public static final String PASSWORD = "correct horse battery";

  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final AtomicReference<Duration> AHEAD = new AtomicReference<>(Duration.ZERO);
  private static final Pattern KEY = Pattern.compile("name=\"_csrf\" value=\"([^\"]+)\"");

  private static final class Shared {
    private static final ConsoleServer SERVER = new ConsoleServer();
  }

  @TestConfiguration(proxyBeanMethods = false)
  static class Clock {
    @Bean
    @Primary
    InstantSource movedClock() {
      return () -> Instant.now().plus(AHEAD.get());
    }
  }

  private final ConfigurableApplicationContext context;
  private final HttpClient http = HttpClient.newHttpClient();

  private ConsoleServer() {
    var properties = new LinkedHashMap<>(Servers.shared().springProperties(true, false));
    properties.put("server.port", "0");
    properties.put("server.address", "127.0.0.1");
    properties.put("offstage.console.port", "0");
    properties.put("offstage.batch.every", "100ms");
    properties.put("offstage.recurring.every", "200ms");
    properties.put("offstage.recurring.late-after", "5s");
    properties.put("offstage.schedules.configured.cron", "0 3 1 1 *");
    properties.put("offstage.schedules.configured.zone", "Europe/Berlin");
    properties.put("offstage.schedules.configured.batch", "staged");
    properties.put("offstage.schedules.configured.parameters.label", "configured");
    context =
        OffstageApplication.of(SchedulerApplication.class)
            .sources(Staged.class, Clock.class)
            .run(
                properties.entrySet().stream()
                    .map(each -> "--" + each.getKey() + "=" + each.getValue())
                    .toArray(String[]::new));
    jdbc().sql("create table staged_item (label text, item int)").update();
  }

  public static ConsoleServer shared() {
    return Shared.SERVER;
  }

  /** Moves the clock of everything that reads it in Java. */
  public void forward(Duration by) {
    AHEAD.updateAndGet(ahead -> ahead.plus(by));
  }

  public <T> T bean(Class<T> type) {
    return context.getBean(type);
  }

  public JdbcClient jdbc() {
    return context.getBean(JdbcClient.class);
  }

  /** The operators' port. */
  public URI at(String path) {
    return URI.create("http://127.0.0.1:" + bean(ConsoleConnector.class).port() + path);
  }

  /** The other port. */
  URI besides(String path) {
    return URI.create(
        "http://127.0.0.1:"
            + context.getEnvironment().getRequiredProperty("local.server.port")
            + path);
  }

  /** An operator of the test's own, with {@link #PASSWORD}. */
  public String operator(Role role) {
    var name = role.text() + "-" + UUID.randomUUID().toString().substring(0, 8);
    bean(Operators.class).add(name, role, bean(Passwords.class).hash(PASSWORD));
    return name;
  }

  /** A client with the token of an operator. */
  public Client token(String operator) {
    return new Client(bean(OperatorTokens.class).issue(operator, "test").text(), http);
  }

  Client as(Role role) {
    return token(operator(role));
  }

  Client nobody() {
    return new Client(null, http);
  }

  /** A browser, as far as cookies go. */
  Client browser() {
    return new Client(
        null,
        HttpClient.newBuilder()
            .cookieHandler(new CookieManager())
            .followRedirects(HttpClient.Redirect.NEVER)
            .build());
  }

  /** What somebody sends. */
  public final class Client {
    private final @Nullable String token;
    private final HttpClient client;

    private Client(@Nullable String token, HttpClient client) {
      this.token = token;
      this.client = client;
    }

    public HttpResponse<String> send(
        String method, URI uri, @Nullable String body, String... headers) {
      var request = HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(60));
      if (token != null) {
        request.header("Authorization", "Bearer " + token);
      }
      if (headers.length > 0) {
        request.headers(headers);
      }
      request.method(
          method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
      try {
        return client.send(request.build(), BodyHandlers.ofString());
      } catch (IOException e) {
        throw new java.io.UncheckedIOException(e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException(e);
      }
    }

    public HttpResponse<String> get(String path) {
      return send("GET", at(path), null);
    }

    HttpResponse<String> page(String path) {
      return send("GET", at(path), null, "Accept", "text/html");
    }

    public HttpResponse<String> post(String path, @Nullable String body) {
      return send("POST", at(path), body, "Content-Type", "application/json");
    }

    HttpResponse<String> form(String path, Map<String, String> fields) {
      var body = new StringBuilder();
      fields.forEach(
          (name, value) ->
              body.append(body.isEmpty() ? "" : "&")
                  .append(URLEncoder.encode(name, StandardCharsets.UTF_8))
                  .append('=')
                  .append(URLEncoder.encode(value, StandardCharsets.UTF_8)));
      return send(
          "POST", at(path), body.toString(), "Content-Type", "application/x-www-form-urlencoded");
    }

    /** The key that a page's forms send along. */
    String key(String path) {
      var matcher = KEY.matcher(page(path).body());
      if (!matcher.find()) {
        throw new AssertionError("no key on " + path);
      }
      return matcher.group(1);
    }

    HttpResponse<String> login(String name, String password) {
      return form(
          "/ops/login", Map.of("_csrf", key("/ops/login"), "name", name, "password", password));
    }

    public JsonNode json(HttpResponse<String> response) {
      return JSON.readTree(response.body());
    }
  }
}
