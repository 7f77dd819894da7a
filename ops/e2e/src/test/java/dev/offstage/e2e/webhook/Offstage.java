package dev.offstage.e2e.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offstage.boot.OffstageApplication;
import dev.offstage.e2e.Issuer;
import dev.offstage.ingest.IngestApplication;
import dev.offstage.ingest.auth.ApiKeys;
import dev.offstage.ingest.auth.Scope;
import dev.offstage.ingest.auth.Tenants;
import dev.offstage.scheduler.SchedulerApplication;
import dev.offstage.scheduler.console.ConsoleConnector;
import dev.offstage.servers.Servers;
import dev.offstage.worker.WorkerApplication;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** All of Offstage in this JVM, with the diagnostic kinds. */
final class Offstage implements AutoCloseable {
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private static final class Shared {
    private static final Offstage OFFSTAGE =
        new Offstage(IngestApplication.class, WorkerApplication.class, SchedulerApplication.class);
  }

  static final String KEY = "test:MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=";

  private final Fcm fcm = new Fcm();
  private final Issuer issuer;
  private final Path secretKeys;
  private final Map<String, String> properties = new LinkedHashMap<>();
  private final ConfigurableApplicationContext context;

  private Offstage(Class<?>... applications) {
    properties.putAll(Servers.shared().springProperties(true, true));
    properties.put("server.port", "0");
    properties.put("server.address", "127.0.0.1");
    properties.put("management.server.port", "0");
    properties.put("offstage.console.port", "0");
    var directory = directory();
    secretKeys = directory.resolve("secret-keys");
    secretKeys(KEY);
    properties.put("offstage.blob.directory", directory.toString());
    properties.put("offstage.urls.signing-key", "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=");
    properties.put("offstage.secrets.file", secretKeys.toString());
    properties.putAll(fcm.properties());
    issuer = new Issuer(directory);
    properties.putAll(issuer.properties());
    properties.put("offstage.outbound.allowed-hosts", "127.0.0.1");
    properties.put("offstage.worker.diagnostics.enabled", "true");
    properties.put("offstage.worker.webhooks.time-limit", "10s");
    properties.put("offstage.rescue.every", "500ms");
    context = OffstageApplication.of(applications).run(arguments().toArray(String[]::new));
  }

  /** Says by which keys secrets are sealed and opened from now on. */
  void secretKeys(String... keys) {
    try {
      Files.writeString(secretKeys, String.join("\n", keys) + "\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Path secretKeysFile() {
    return secretKeys;
  }

  Fcm fcm() {
    return fcm;
  }

  private List<String> arguments() {
    return properties.entrySet().stream()
        .map(each -> "--" + each.getKey() + "=" + each.getValue())
        .toList();
  }

  /** One of its own, whose workers are processes that a test starts, and kills. */
  static Offstage withoutWorkers() {
    return new Offstage(IngestApplication.class, SchedulerApplication.class);
  }

  /** Starts a worker that is soon missed. */
  Process worker(Path output) {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
    command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-cp"));
    command.add(System.getProperty("java.class.path"));
    command.add(WorkerApplication.class.getName());
    command.addAll(arguments());
    command.addAll(
        List.of("--offstage.worker.lease.length=4s", "--offstage.worker.lease.heartbeat=1s"));
    try {
      return new ProcessBuilder(command)
          .redirectErrorStream(true)
          .redirectOutput(output.toFile())
          .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    context.close();
    fcm.close();
  }

  static Offstage shared() {
    return Shared.OFFSTAGE;
  }

  private static Path directory() {
    try {
      return Files.createTempDirectory("offstage-webhooks");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** At the operators' port. */
  URI console(String path) {
    return URI.create("http://127.0.0.1:" + context.getBean(ConsoleConnector.class).port() + path);
  }

  <T> T bean(Class<T> type) {
    return context.getBean(type);
  }

  JdbcClient jdbc() {
    return context.getBean(JdbcClient.class);
  }

  /** A tenant of the test's own, and how it calls. */
  Tenant tenant() {
    return tenant("t-" + UUID.randomUUID());
  }

  /** The tenant whose users have apps; of one test. */
  Tenant tenantWithApps() {
    return tenant(Issuer.TENANT);
  }

  /** How a user's app calls. */
  Tenant app(String user) {
    return new Tenant(Issuer.TENANT, issuer.token(user));
  }

  private Tenant tenant(String name) {
    context.getBean(Tenants.class).ensure(name, name);
    var key = context.getBean(ApiKeys.class).issue(name, "test", EnumSet.allOf(Scope.class));
    return new Tenant(name, key.text());
  }

  final class Tenant {
    private final String name;
    private final String key;

    private Tenant(String name, String key) {
      this.name = name;
      this.key = key;
    }

    String name() {
      return name;
    }

    /** A key that apps of this tenant send events with. */
    String writeKey() {
      return context
          .getBean(ApiKeys.class)
          .issue(name, "app", EnumSet.of(Scope.EVENTS_WRITE))
          .text();
    }

    HttpResponse<String> send(String method, String path, String body, String... headers) {
      var port = context.getEnvironment().getRequiredProperty("local.server.port");
      var request =
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
              .timeout(Duration.ofSeconds(60))
              .header("Authorization", "Bearer " + key)
              .header("Content-Type", "application/json")
              .method(method, BodyPublishers.ofString(body));
      if (headers.length > 0) {
        request.headers(headers);
      }
      try {
        return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException(e);
      }
    }

    JsonNode post(String path, String body) {
      return good(send("POST", path, body));
    }

    JsonNode put(String path, String body) {
      return good(send("PUT", path, body));
    }

    JsonNode get(String path) {
      return good(send("GET", path, ""));
    }

    private JsonNode good(HttpResponse<String> response) {
      assertThat(response.statusCode()).as(response.body()).isBetween(200, 299);
      return response.body().isEmpty() ? JSON.createObjectNode() : JSON.readTree(response.body());
    }

    /** Registers an endpoint; {@code more} is further members of its JSON. */
    JsonNode endpoint(String url, String type, String more) {
      return post(
          "/v1/webhooks/endpoints",
          "{\"url\":\"%s\",\"types\":[\"%s\"]%s}".formatted(url, type, more));
    }

    String enqueue(String kind, String payload) {
      return post("/v1/jobs", "{\"kind\":\"%s\",\"payload\":%s}".formatted(kind, payload))
          .path("id")
          .asString();
    }

    void tell(String type, String data) {
      post("/v1/webhooks/events", "{\"type\":\"%s\",\"data\":%s}".formatted(type, data));
    }

    /** Waits until a job is in a state. */
    JsonNode awaitJob(String id, String state) {
      return awaitJob(id, state, Duration.ofSeconds(60));
    }

    JsonNode awaitJob(String id, String state, Duration patience) {
      return Awaitility.await("job " + id + " is " + state)
          .atMost(patience)
          .pollInterval(Duration.ofMillis(100))
          .until(() -> get("/v1/jobs/" + id), job -> job.path("state").asString("").equals(state));
    }

    /** An endpoint's deliveries, newest first. */
    JsonNode deliveries(String endpoint) {
      return get("/v1/webhooks/endpoints/" + endpoint + "/deliveries").path("deliveries");
    }

    /** Lets what is to be tried again some time be tried now. */
    void hasten() {
      jdbc()
          .sql(
              """
              update job set due_at = now()
              where tenant = :tenant and state in ('retryable', 'scheduled')
                and due_at < 'infinity' and due_at > now()
              """)
          .param("tenant", name)
          .update();
    }
  }
}
