package dev.offstage.e2e.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** All three applications in one process: the public API and the console have a port each. */
class PortsIT {
  private final Offstage offstage = Offstage.shared();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/ops",
        "/ops/login",
        "/ops/v1/jobs",
        "/dashboard",
        "/api/jobs",
        "/sse/jobstats",
        "/%6fps/login",
        "/ops;x=1/login",
        "/x/..%2fops/login"
      })
  void nothingOfTheConsoleIsOnThePublicPort(String path) {
    assertThat(offstage.tenant().send("GET", path, "").statusCode()).isIn(400, 404);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/v1/jobs", "/files", "/files/x", "/v3/api-docs", "/inspector"})
  void nothingElseIsOnTheConsolesPort(String path) throws IOException, InterruptedException {
    assertThat(status(path)).isEqualTo(404);
  }

  @Test
  void whoIsNoOperatorGetsNothingOnTheConsolesPort() throws IOException, InterruptedException {
    assertThat(status("/ops/v1/jobs")).isEqualTo(401);
  }

  @Test
  void thePublicApiIsWhereItWas() {
    assertThat(offstage.tenant().get("/v1/jobs").get("jobs").size()).isZero();
  }

  private int status(String path) throws IOException, InterruptedException {
    try (var http = HttpClient.newHttpClient()) {
      return http.send(
              HttpRequest.newBuilder(offstage.console(path)).build(), BodyHandlers.discarding())
          .statusCode();
    }
  }
}
