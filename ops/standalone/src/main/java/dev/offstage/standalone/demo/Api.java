package dev.offstage.standalone.demo;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The public API as an app sees it. */
public final class Api implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final URI base;
  private final String token;
  private final JsonMapper json = JsonMapper.builder().build();
  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(5))
          .build();

  public Api(URI base, String token) {
    this.base = base;
    this.token = token;
  }

  /** A document and the ETag that it came with. */
  record Document(JsonNode json, @Nullable String etag) {}

  URI resolve(String location) {
    return base.resolve(location);
  }

  HttpRequest.Builder request(URI uri) {
    return HttpRequest.newBuilder(uri).timeout(PATIENCE).header("Authorization", "Bearer " + token);
  }

  <T> HttpResponse<T> send(HttpRequest request, HttpResponse.BodyHandler<T> body)
      throws IOException, InterruptedException {
    return http.send(request, body);
  }

  /** The document, or null where it has not changed since that ETag. */
  @Nullable Document get(String path, @Nullable String etag)
      throws IOException, InterruptedException {
    var request = request(resolve(path)).GET();
    if (etag != null) {
      request.header("If-None-Match", etag);
    }
    var response = send(request.build(), BodyHandlers.ofString());
    if (response.statusCode() == 304) {
      return null;
    }
    expect(response, 200);
    return new Document(
        json.readTree(response.body()), response.headers().firstValue("ETag").orElse(null));
  }

  JsonNode get(String path) throws IOException, InterruptedException {
    var document = get(path, null);
    if (document == null) {
      throw new IOException(path + " answers 304 to a request without a condition");
    }
    return document.json();
  }

  /** What a POST of JSON is answered with. */
  JsonNode post(String path, JsonNode body) throws IOException, InterruptedException {
    var request =
        request(resolve(path))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(json.writeValueAsString(body)))
            .build();
    var response = send(request, BodyHandlers.ofString());
    if (response.statusCode() / 100 != 2) {
      expect(response, 200);
    }
    return json.readTree(response.body());
  }

  void delete(String path) throws IOException, InterruptedException {
    expect(send(request(resolve(path)).DELETE().build(), BodyHandlers.ofString()), 204);
  }

  /** Whether the key or token is one that the API knows. */
  public boolean isKnown() throws IOException, InterruptedException {
    // No such job can be there; whoever is known is told so.
    var path = "/v1/jobs/00000000-0000-7000-8000-000000000000";
    var response = send(request(resolve(path)).GET().build(), BodyHandlers.discarding());
    return response.statusCode() != 401;
  }

  /** Whether the key or token may change jobs and webhooks. */
  public boolean mayWrite() throws IOException, InterruptedException {
    // No such job or endpoint can be there; whoever may is told so.
    var nobody = "00000000-0000-7000-8000-000000000000";
    return isMissing("/v1/jobs/" + nobody + "/cancel")
        && isMissing("/v1/webhooks/endpoints/" + nobody + "/resume");
  }

  private boolean isMissing(String path) throws IOException, InterruptedException {
    var request = request(resolve(path)).POST(HttpRequest.BodyPublishers.noBody());
    return send(request.build(), BodyHandlers.discarding()).statusCode() == 404;
  }

  /** Whether the key may ask about events. */
  public boolean mayReadEvents() throws IOException, InterruptedException {
    var request = request(resolve("/v1/inspector/keys")).GET().build();
    return send(request, BodyHandlers.discarding()).statusCode() == 200;
  }

  void expect(HttpResponse<String> response, int status) throws IOException {
    if (response.statusCode() != status) {
      throw new RefusedException(
          response.statusCode(), response.request().method(), response.uri(), reason(response));
    }
  }

  /** What a problem document says, or the start of what came instead. */
  private String reason(HttpResponse<String> response) {
    var type = response.headers().firstValue("Content-Type").orElse("");
    if (type.contains("json")) {
      try {
        var problem = json.readTree(response.body());
        var detail = problem.path("detail").asString(problem.path("title").asString(""));
        return Text.plain(detail);
      } catch (RuntimeException e) {
        return "unreadable problem document";
      }
    }
    return Text.plain(response.body());
  }

  @Override
  public void close() {
    http.close();
  }
}
