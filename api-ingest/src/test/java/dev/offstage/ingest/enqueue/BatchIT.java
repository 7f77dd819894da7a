package dev.offstage.ingest.enqueue;

import static dev.offstage.ingest.IngestServer.json;
import static dev.offstage.ingest.IngestServer.send;
import static org.assertj.core.api.Assertions.assertThat;

import dev.offstage.ingest.IngestServer;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

@Timeout(120)
class BatchIT {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final String LINES = "application/x-ndjson";
  private static final String ARRAY = "application/json";

  private final IngestServer server = IngestServer.shared();
  private final String tenant = "batch-" + UUID.randomUUID().toString().substring(0, 8);
  private final String key = server.key(tenant);

  private HttpResponse<String> post(String type, String body, String... headers) {
    return post(type, body.getBytes(StandardCharsets.UTF_8), headers);
  }

  private HttpResponse<String> post(String type, byte[] body, String... headers) {
    var request = server.request("/v1/jobs:batch", key).header("Content-Type", type);
    if (headers.length > 0) {
      request.headers(headers);
    }
    return send(request.POST(HttpRequest.BodyPublishers.ofByteArray(body)));
  }

  private static List<JsonNode> lines(HttpResponse<String> response) {
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    assertThat(response.headers().firstValue("Content-Type").orElse("")).startsWith(LINES);
    return response.body().lines().map(JSON::readTree).toList();
  }

  private static List<JsonNode> elements(HttpResponse<String> response) {
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    assertThat(response.headers().firstValue("Content-Type").orElse("")).startsWith(ARRAY);
    return json(response).valueStream().toList();
  }

  private static List<Integer> statuses(List<JsonNode> answers) {
    return answers.stream().map(each -> each.get("status").asInt()).toList();
  }

  private long count() {
    return server
        .bean(JdbcClient.class)
        .sql("select count(*) from job where tenant = ?")
        .param(tenant)
        .query(Long.class)
        .single();
  }

  private static String items(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> "{\"kind\":\"test.bulk\",\"payload\":{\"n\":%d}}".formatted(i))
        .collect(Collectors.joining("\n"));
  }

  @Test
  void eachLineIsAnsweredForItself() {
    var answers =
        lines(
            post(
                LINES,
                """
                {"kind":"test.a","delay":"1h"}\r
                \r
                {"kind":"Bad","x":1}
                not json
                {"kind":"test.b","payload":"\\u0000"}
                [1]

                {"kind":"media.image"}
                {"kind":"test.c"}\
                """));

    assertThat(statuses(answers)).containsExactly(202, 400, 400, 400, 400, 403, 202);
    assertThat(answers)
        .extracting(each -> each.get("index").asInt())
        .isSorted()
        .doesNotHaveDuplicates();
    assertThat(answers.getFirst().get("state").asString()).isEqualTo("scheduled");
    assertThat(answers.get(1).at("/error/type").asString()).endsWith("invalid-request");
    assertThat(answers.get(1).at("/error/errors")).hasSize(2);
    assertThat(answers.get(1).at("/error/errors/0/field").asString()).isEqualTo("kind");
    assertThat(count()).isEqualTo(2);
  }

  @Test
  void anArrayIsAnsweredByAnArray() {
    var answers = elements(post(ARRAY, " [ {\"kind\":\"test.a\"} , 7, {\"kind\":\"test.b\"} ] "));

    assertThat(statuses(answers)).containsExactly(202, 400, 202);
    assertThat(elements(post(ARRAY, "[]"))).isEmpty();
    assertThat(count()).isEqualTo(2);
  }

  @Test
  void anArrayThatBreaksOffEndsWithAnError() {
    for (var tail :
        List.of(
            "",
            "{",
            "nope]",
            "]x",
            "{\"kind\":\"a\",\"kind\":\"b\"}]",
            "{\"kind\":1e9999999999}]")) {
      var answers =
          elements(
              post(ARRAY, "[{\"kind\":\"test.a\"}" + (tail.startsWith("]") ? "" : ",") + tail));
      assertThat(statuses(answers)).as(tail).containsExactly(202, 400);
    }
    assertThat(post(ARRAY, "{\"kind\":\"test.a\"}").statusCode()).isEqualTo(400);
    assertThat(post(ARRAY, "").statusCode()).isEqualTo(400);
    assertThat(lines(post(LINES, ""))).isEmpty();
  }

  @Test
  void brokenUtf8EndsAnArrayAndIsOneLine() {
    var broken = "{\"kind\":\"test.\u00ff\"}".getBytes(StandardCharsets.ISO_8859_1);
    var bytes = new ByteArrayOutputStream();
    bytes.writeBytes("{\"kind\":\"test.a\"}\n".getBytes(StandardCharsets.UTF_8));
    bytes.writeBytes(broken);
    bytes.writeBytes("\n{\"kind\":\"test.a\"}".getBytes(StandardCharsets.UTF_8));
    assertThat(statuses(lines(post(LINES, bytes.toByteArray())))).containsExactly(202, 400, 202);

    var array = new ByteArrayOutputStream();
    array.writeBytes(
        ("[" + "{\"kind\":\"test.a\"},".repeat(2_000)).getBytes(StandardCharsets.UTF_8));
    array.writeBytes(broken);
    array.writeBytes("]".getBytes(StandardCharsets.UTF_8));
    var answers = elements(post(ARRAY, array.toByteArray()));
    assertThat(answers.size()).isBetween(1, 2_001); // the decoder is ahead of the parser
    assertThat(answers.getLast().get("status").asInt()).isEqualTo(400);
    assertThat(answers.getLast().at("/error/detail").asString()).contains("UTF-8");
    assertThat(count()).isEqualTo(2 + answers.size() - 1);
  }

  @Test
  void tenThousandAreTakenAndNoMore() {
    var answers = lines(post(LINES, items(10_002)));

    assertThat(answers).hasSize(10_001);
    assertThat(statuses(answers.subList(0, 10_000))).containsOnly(202);
    assertThat(answers.getLast().get("status").asInt()).isEqualTo(413);
    assertThat(answers.stream().map(a -> a.path("id").asString(""))).doesNotHaveDuplicates();
    assertThat(count()).isEqualTo(10_000);

    var array = elements(post(ARRAY, "[" + items(10_000).replace('\n', ',') + "]"));
    assertThat(statuses(array)).hasSize(10_000).containsOnly(202);
  }

  @Test
  void anItemThatIsTooLargeIsRefusedAlone() {
    var huge = "{\"kind\":\"test.a\",\"payload\":\"" + "x".repeat(3_000_000) + "\"}";
    var large = "{\"kind\":\"test.a\",\"payload\":\"" + "x".repeat(300_000) + "\"}";

    assertThat(
            statuses(lines(post(LINES, items(1) + "\n" + huge + "\n" + large + "\n" + items(1)))))
        .containsExactly(202, 413, 400, 202);
    assertThat(statuses(elements(post(ARRAY, "[" + items(1) + "," + large + "," + items(1) + "]"))))
        .containsExactly(202, 400, 202);
    assertThat(statuses(elements(post(ARRAY, "[" + items(1) + "," + huge + "," + items(1) + "]"))))
        .containsExactly(202, 413);
    assertThat(statuses(elements(post(ARRAY, "[" + items(1) + "," + " ".repeat(2_000_000) + "]"))))
        .containsExactly(202, 413);
    assertThat(statuses(elements(post(ARRAY, "[" + "[".repeat(1_000_000))))).containsExactly(400);
  }

  @Test
  void manyLargeOnesAreTaken() {
    var large = "{\"kind\":\"test.a\",\"payload\":\"" + "x".repeat(250_000) + "\"}\n";

    assertThat(statuses(lines(post(LINES, large.repeat(60))))).hasSize(60).containsOnly(202);
  }

  @Test
  void aRepeatedBatchIsAnsweredWithTheSameJobs() {
    var first = lines(post(LINES, items(250), "Idempotency-Key", "b1"));
    var again = lines(post(LINES, items(250), "Idempotency-Key", "b1"));
    var other = lines(post(LINES, items(1) + "\n" + items(1), "Idempotency-Key", "\"b1\""));

    assertThat(again.stream().map(a -> a.get("id")))
        .isEqualTo(first.stream().map(a -> a.get("id")).toList());
    assertThat(statuses(again)).containsOnly(202);
    assertThat(statuses(other)).containsExactly(202, 422);
    assertThat(count()).isEqualTo(250);
  }

  @Test
  void aDeviceLearnsWhatItMayDelete() {
    var outbox =
        """
        {"kind":"test.a","receipt":{"install":"i-1","seq":1}}
        {"kind":"test.a","receipt":{"install":"i-1","seq":2}}
        {"kind":"test.a","receipt":{"install":"i-1","seq":2}}
        {"kind":"BAD","receipt":{"install":"i-1","seq":3}}\
        """;
    var first = lines(post(LINES, outbox));
    var again = lines(post(LINES, outbox));

    assertThat(statuses(first)).containsExactly(202, 202, 202, 400);
    assertThat(first.get(1).get("receipt").toString()).isEqualTo("{\"install\":\"i-1\",\"seq\":2}");
    assertThat(first.get(1).get("durable").asBoolean()).isTrue();
    assertThat(first.get(2).get("id")).isEqualTo(first.get(1).get("id"));
    assertThat(first.get(3).get("durable").asBoolean()).isFalse();
    assertThat(first.get(3).at("/receipt/seq").asInt()).isEqualTo(3);
    assertThat(again.stream().map(a -> a.get("id")))
        .isEqualTo(first.stream().map(a -> a.get("id")).toList());
    assertThat(again.getFirst().get("existing").asBoolean()).isTrue();
    assertThat(count()).isEqualTo(2);
  }

  private Socket open(String type, String framing) throws IOException {
    var socket = new Socket("127.0.0.1", server.api("").getPort());
    socket.setSoTimeout((int) Duration.ofSeconds(60).toMillis());
    var head =
        "POST /v1/jobs:batch HTTP/1.1\r\n"
            + "Host: x\r\n"
            + "Connection: close\r\n"
            + "Authorization: Bearer %s\r\n"
            + "Content-Type: %s\r\n"
            + "%s\r\n\r\n";
    write(socket, head.formatted(key, type, framing));
    return socket;
  }

  private static void write(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void whatArrivesSlowlyIsAnsweredAtOnce() throws IOException {
    for (var type : List.of(LINES, ARRAY)) {
      boolean array = type.equals(ARRAY);
      try (var socket = open(type, "Transfer-Encoding: chunked")) {
        var in =
            new BufferedReader(
                new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
        for (int i = 0; i < 3; i++) {
          var item = (array ? i == 0 ? "[" : "," : "") + items(1) + (array ? "" : "\n");
          write(socket, Integer.toHexString(item.length()) + "\r\n" + item + "\r\n");
          String line = in.readLine();
          while (!line.contains("\"index\":" + i)) {
            line = in.readLine();
          }
          assertThat(line).contains("\"status\":202");
        }
        write(socket, array ? "1\r\n]\r\n0\r\n\r\n" : "0\r\n\r\n");
        assertThat(in.lines().collect(Collectors.joining())).endsWith("0");
      }
    }
    assertThat(count()).isEqualTo(6);
  }

  /** Most HTTP clients are so: a server that insists on being read would wait for ever. */
  @Test
  void aClientThatSendsAllBeforeItReadsIsServed() throws IOException {
    var unknown =
        IntStream.range(0, 20)
            .mapToObj(i -> "\"%s-%d\":1".formatted("x".repeat(50), i))
            .collect(Collectors.joining(","));
    var bad = "{" + unknown + "}\n";
    var body = bad.repeat(10_000);
    try (var socket = open(LINES, "Content-Length: " + body.length())) {
      write(socket, body);
      var answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(answer).contains("\"index\":9999");
      assertThat(answer.length()).isBetween(10_000_000, 20_000_000);
    }
  }

  @Test
  void aBodyThatBreaksOffKeepsWhatWasWhole() throws IOException {
    try (var socket = open(LINES, "Content-Length: 100000")) {
      write(socket, items(3) + "\n{\"kind\":");
      socket.shutdownOutput();
      var answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(answer).contains("\"index\":2,\"status\":202").contains("\"index\":3");
    }
    assertThat(count()).isEqualTo(3);
  }
}
