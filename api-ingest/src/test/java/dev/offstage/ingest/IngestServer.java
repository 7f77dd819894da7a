package dev.offstage.ingest;

import dev.offstage.boot.OffstageApplication;
import dev.offstage.ingest.auth.ApiKeys;
import dev.offstage.ingest.auth.Scope;
import dev.offstage.ingest.auth.Tenants;
import dev.offstage.ingest.auth.TestIssuer;
import dev.offstage.servers.Servers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.springframework.context.ConfigurableApplicationContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The whole ingest application, as it starts in earnest, on private servers and free ports. */
public final class IngestServer implements AutoCloseable {
  private static final HttpClient HTTP =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final TestIssuer ISSUER = new TestIssuer("https://issuer.example");

  private final ConfigurableApplicationContext context;
  private final Path directory;

  private static final class Shared {
    private static final IngestServer SERVER = start(false, true, Map.of());
  }

  private IngestServer(ConfigurableApplicationContext context, Path directory) {
    this.context = context;
    this.directory = directory;
  }

  /** One for the whole JVM, with Redis and without RabbitMQ. */
  public static IngestServer shared() {
    return Shared.SERVER;
  }

  /** One of the caller's own, with a fresh database. */
  public static IngestServer start(boolean rabbit, boolean redis, Map<String, String> more) {
    try {
      var directory = Files.createTempDirectory("offstage-ingest");
      var properties = new LinkedHashMap<>(Servers.shared().springProperties(rabbit, redis));
      properties.put("server.port", "0");
      properties.put("management.server.port", "0");
      properties.put("server.address", "127.0.0.1");
      properties.put("offstage.blob.directory", directory.toString());
      properties.put("offstage.urls.signing-key", "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=");
      properties.put("offstage.auth.issuers[0].issuer", ISSUER.name());
      properties.put("offstage.auth.issuers[0].jwks", ISSUER.jwks());
      properties.put("offstage.auth.issuers[0].audiences", TestIssuer.AUDIENCE);
      properties.put("offstage.auth.issuers[0].tenant", "acme");
      properties.put("offstage.ingest.jobs.owner-kinds", "app.");
      properties.put("offstage.secrets.keys", "test:MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=");
      properties.putAll(more);
      var arguments =
          properties.entrySet().stream()
              .map(each -> "--" + each.getKey() + "=" + each.getValue())
              .toArray(String[]::new);
      var context = OffstageApplication.of(IngestApplication.class).run(arguments);
      return new IngestServer(context, directory);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public URI api(String path) {
    return URI.create("http://127.0.0.1:" + port("local.server.port") + path);
  }

  public URI ops(String path) {
    return URI.create("http://127.0.0.1:" + port("local.management.port") + path);
  }

  private int port(String property) {
    return context.getEnvironment().getRequiredProperty(property, Integer.class);
  }

  public <T> T bean(Class<T> type) {
    return context.getBean(type);
  }

  public <T> Collection<T> beans(Class<T> type) {
    return context.getBeansOfType(type).values();
  }

  /** A new key of a tenant, which is made if need be. */
  public String key(String tenant, Scope... scopes) {
    bean(Tenants.class).ensure(tenant, tenant);
    var set = scopes.length == 0 ? EnumSet.allOf(Scope.class) : Set.of(scopes);
    return bean(ApiKeys.class).issue(tenant, "test", set).text();
  }

  /** A token of an owner in the tenant acme. */
  public String token(String owner) {
    return ISSUER.token(owner);
  }

  public TestIssuer issuer() {
    return ISSUER;
  }

  /** A request to the API port with a bearer token; none if it is empty. */
  public HttpRequest.Builder request(String path, String token) {
    var request = HttpRequest.newBuilder(api(path)).timeout(Duration.ofSeconds(90));
    return token.isEmpty() ? request : request.header("Authorization", "Bearer " + token);
  }

  public HttpResponse<String> get(String path, String token) {
    return send(request(path, token).GET());
  }

  public static HttpResponse<String> send(HttpRequest.Builder request) {
    return send(request, HttpResponse.BodyHandlers.ofString());
  }

  public static <T> HttpResponse<T> send(
      HttpRequest.Builder request, HttpResponse.BodyHandler<T> handler) {
    try {
      return HTTP.send(request.build(), handler);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  public static JsonNode json(HttpResponse<String> response) {
    return JSON.readTree(response.body());
  }

  public Path blobs() {
    return directory;
  }

  @Override
  public void close() {
    context.close();
  }
}
