package dev.offstage.worker.integration.push.fcm;

import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.concurrent.CompletableFuture;

/** Calls Google: hosts of the configuration only, no redirects, and short answers. */
final class Http implements AutoCloseable {
  private static final int MAX_ANSWER = 64 * 1024;

  private final HttpClient client;

  Http(FcmProperties properties) {
    this.client =
        HttpClient.newBuilder()
            .connectTimeout(properties.connectTimeout())
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();
  }

  CompletableFuture<HttpResponse<String>> send(HttpRequest request) {
    return client.sendAsync(
        request,
        HttpResponse.BodyHandlers.limiting(HttpResponse.BodyHandlers.ofString(), MAX_ANSWER));
  }

  @Override
  public void close() {
    client.shutdownNow();
  }
}
