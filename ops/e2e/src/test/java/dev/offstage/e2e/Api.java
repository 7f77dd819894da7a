package dev.offstage.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.UUID;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The public API, called as an app would: with a user's token, over plain HTTP. */
record Api(URI base, String token) {
  private static final JsonMapper JSON = new JsonMapper();
  private static final HttpClient HTTP =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(5))
          .build();

  /** What the answer that finishes an upload says. */
  record Accepted(UUID asset, UUID job) {
    static Accepted of(HttpResponse<?> finishing) {
      return new Accepted(
          UUID.fromString(finishing.headers().firstValue("Offstage-Asset").orElseThrow()),
          UUID.fromString(finishing.headers().firstValue("Offstage-Job").orElseThrow()));
    }
  }

  HttpResponse<byte[]> send(HttpRequest request) throws IOException {
    try {
      return HTTP.send(request, BodyHandlers.ofByteArray());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  private HttpRequest.Builder request(URI uri) {
    return HttpRequest.newBuilder(uri)
        .timeout(Duration.ofSeconds(90))
        .header("Authorization", "Bearer " + token);
  }

  HttpResponse<byte[]> get(String path) {
    try {
      return send(request(base.resolve(path)).build());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  JsonNode json(String path) {
    var answer = get(path);
    assertThat(answer.statusCode()).as(path).isEqualTo(200);
    return JSON.readTree(answer.body());
  }

  HttpResponse<byte[]> create(long length) throws IOException {
    return send(
        request(base.resolve("/files"))
            .header("Tus-Resumable", "1.0.0")
            .header("Upload-Length", Long.toString(length))
            .POST(BodyPublishers.noBody())
            .build());
  }

  URI created(long length) throws IOException {
    var answer = create(length);
    assertThat(answer.statusCode()).isEqualTo(201);
    return base.resolve(answer.headers().firstValue("Location").orElseThrow());
  }

  HttpResponse<byte[]> head(URI upload) throws IOException {
    return send(
        request(upload)
            .header("Tus-Resumable", "1.0.0")
            .method("HEAD", BodyPublishers.noBody())
            .build());
  }

  long offset(URI upload) throws IOException {
    var answer = head(upload);
    assertThat(answer.statusCode()).isEqualTo(200);
    return answer.headers().firstValueAsLong("Upload-Offset").orElseThrow();
  }

  HttpResponse<byte[]> patch(URI upload, long offset, byte[] all, String... headers)
      throws IOException {
    var request =
        request(upload)
            .header("Tus-Resumable", "1.0.0")
            .header("Upload-Offset", Long.toString(offset))
            .header("Content-Type", "application/offset+octet-stream")
            .method(
                "PATCH", BodyPublishers.ofByteArray(all, (int) offset, all.length - (int) offset));
    for (int i = 0; i < headers.length; i += 2) {
      request.header(headers[i], headers[i + 1]);
    }
    return send(request.build());
  }

  HttpResponse<byte[]> enqueue(String key, String body) throws IOException {
    return post("/v1/jobs", key, "application/json", body);
  }

  /**
   * @param lines one job each
   */
  HttpResponse<byte[]> enqueueAll(String key, String lines) throws IOException {
    return post("/v1/jobs:batch", key, "application/x-ndjson", lines);
  }

  private HttpResponse<byte[]> post(String path, String key, String type, String body)
      throws IOException {
    return send(
        request(base.resolve(path))
            .header("Idempotency-Key", key)
            .header("Content-Type", type)
            .POST(BodyPublishers.ofString(body))
            .build());
  }

  /** Uploads in one piece and expects a job of it. */
  Accepted upload(byte[] bytes) throws IOException {
    var answer = patch(created(bytes.length), 0, bytes);
    assertThat(answer.statusCode()).isEqualTo(204);
    return Accepted.of(answer);
  }

  /** Waits, as an app would, until the job has ended; over restarts of the server too. */
  JsonNode awaitEnd(UUID job) {
    var etag = "\"none\"";
    for (long deadline = System.nanoTime() + Duration.ofSeconds(90).toNanos(); ; ) {
      var answer =
          retrying(
              request(base.resolve("/v1/jobs/" + job + "?wait=10s"))
                  .header("If-None-Match", etag)
                  .build(),
              deadline);
      if (answer.statusCode() == 200) {
        var body = JSON.readTree(answer.body());
        if (!body.path("endedAt").isNull() && !body.path("endedAt").isMissingNode()) {
          return body;
        }
        etag = answer.headers().firstValue("ETag").orElseThrow();
      } else {
        assertThat(answer.statusCode()).isEqualTo(304);
      }
      assertThat(System.nanoTime()).as("job %s ends", job).isLessThan(deadline);
    }
  }

  private HttpResponse<byte[]> retrying(HttpRequest request, long deadline) {
    while (true) {
      try {
        var answer = send(request);
        if (answer.statusCode() < 500 || System.nanoTime() > deadline) {
          return answer;
        }
      } catch (IOException e) {
        if (System.nanoTime() > deadline) {
          throw new UncheckedIOException(e);
        }
      }
      Pause.millis(200);
    }
  }

  JsonNode asset(UUID asset) {
    return json("/v1/assets/" + asset);
  }

  /** Fetches a URL that the API gave, without any token: it is signed. */
  HttpResponse<byte[]> fetch(String url) {
    try {
      var answer = send(HttpRequest.newBuilder(base.resolve(url)).build());
      assertThat(answer.statusCode()).as(url).isEqualTo(200);
      return answer;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
