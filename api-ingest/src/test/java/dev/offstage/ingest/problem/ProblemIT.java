package dev.offstage.problem;

import static dev.offstage.ingest.IngestServer.json;
import static dev.offstage.ingest.IngestServer.send;
import static org.assertj.core.api.Assertions.assertThat;

import dev.offstage.ingest.IngestServer;
import dev.offstage.ingest.Jobs;
import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;

class ProblemIT {
  private static final String ASSET = "/v1/assets/0190a1b2-0000-7000-8000-000000000000";

  private final IngestServer server = IngestServer.shared();
  private final String key = server.key("acme");

  private static void isProblem(HttpResponse<String> response, int status, String type) {
    assertThat(response.statusCode()).isEqualTo(status);
    assertThat(response.headers().firstValue("Content-Type")).hasValue("application/problem+json");
    var problem = json(response);
    assertThat(problem.get("type").asString()).isEqualTo("https://offstage.dev/problems/" + type);
    assertThat(problem.get("status").asInt()).isEqualTo(status);
    assertThat(problem.get("title").asString()).isNotBlank();
    assertThat(problem.get("detail").asString()).isNotBlank();
    assertThat(response.body()).doesNotContain("dev.offstage", "springframework", "tools.jackson");
  }

  private HttpResponse<String> post(String type, String body) {
    return send(
        server
            .request(ASSET + "/variants", key)
            .header("Content-Type", type)
            .POST(BodyPublishers.ofString(body)));
  }

  @Test
  void whateverIsRefusedIsAProblemOfAStableType() {
    isProblem(server.get("/no/such/path", key), 404, "not-found");
    isProblem(server.get("/v1/jobs/%2e%2e%2f", key), 400, "invalid-request");
    isProblem(post("text/plain", "x"), 415, "unsupported-media-type");
    isProblem(post("application/json", "{\"preset\": nonsense"), 400, "invalid-request");
    isProblem(
        send(server.request(ASSET, key).header("Accept", "image/png").GET()),
        406,
        "not-acceptable");
    isProblem(
        send(server.request(ASSET, key).PUT(BodyPublishers.noBody())), 405, "method-not-allowed");
  }

  @Test
  void malformedJsonSaysWhere() {
    var detail =
        json(post("application/json", "{\n \"preset\": nonsense")).get("detail").asString();

    assertThat(detail).contains("line 2");
  }

  @Test
  void evenWhatIsNoHttpIsAnsweredWithAProblem() throws Exception {
    for (var request :
        new String[] {
          "GET /a b c HTTP/1.1\r\nHost: x\r\n\r\n",
          "GET /\"<>{} HTTP/1.1\r\nHost: x\r\n\r\n",
          "GET /v1/jobs/x HTTP/1.1\r\n\r\n",
          "GET /%zz HTTP/1.1\r\nHost: x\r\n\r\n",
          "GET / HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n",
          "GET / HTTP/1.1\r\nHost: x\r\nX: " + "a".repeat(20_000) + "\r\n\r\n",
        }) {
      var answer = raw(request);
      var line = answer.lines().findFirst().orElse("");
      assertThat(line).as(request.substring(0, 20)).matches("HTTP/1.1 4\\d\\d.*");
      assertThat(answer).doesNotContain("Tomcat", "<html", "Exception");
      assertThat(answer).contains("application/problem+json", "/problems/invalid-request");
    }
  }

  private String raw(String request) throws IOException {
    try (var socket = new Socket("127.0.0.1", server.api("/").getPort())) {
      socket.setSoTimeout(10_000);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
      socket.getOutputStream().flush();
      socket.shutdownOutput();
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
    }
  }

  @Test
  void withPostgresqlAwayTheAnswerIsToTryAgain() throws Exception {
    try (var cut =
        IngestServer.start(
            false, false, Map.of("spring.datasource.hikari.connection-timeout", "500"))) {
      var id = new Jobs(cut).enqueue("acme", "ada");
      var path = "/v1/jobs/" + id;
      var mine = cut.token("ada");
      assertThat(cut.get(path, mine).statusCode()).isEqualTo(200);

      ((AutoCloseable) cut.bean(DataSource.class)).close();

      var response = cut.get(path, mine);
      isProblem(response, 503, "unavailable");
      assertThat(response.headers().firstValue("Retry-After").orElse("")).matches("[2-4]");
      var unknown = cut.get(path, "offstage_sk_" + "a".repeat(32) + "2H8lnF");
      isProblem(unknown, 503, "unavailable");
      assertThat(cut.get("/v3/api-docs", "").statusCode()).isEqualTo(200);
      assertThat(health(cut, "readiness")).isEqualTo(503);
      assertThat(health(cut, "liveness")).isEqualTo(200);
    }
  }

  private static int health(IngestServer server, String group) {
    return send(java.net.http.HttpRequest.newBuilder(server.ops("/actuator/health/" + group)).GET())
        .statusCode();
  }
}
