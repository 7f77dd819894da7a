package dev.offstage.ingest.device;

import static dev.offstage.ingest.IngestServer.json;
import static dev.offstage.ingest.IngestServer.send;
import static org.assertj.core.api.Assertions.assertThat;

import dev.offstage.ingest.IngestServer;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

class DeviceIT {
  private final IngestServer server = IngestServer.shared();
  private final String tenant = "d" + UUID.randomUUID().toString().substring(0, 8);
  private final String key = server.key(tenant);
  private final String ana = "ana-" + UUID.randomUUID();
  private final String bob = "bob-" + UUID.randomUUID();

  private HttpResponse<String> ask(String method, String path, String token, String body) {
    return send(
        server
            .request(path, token)
            .header("Content-Type", "application/json")
            .method(method, BodyPublishers.ofString(body)));
  }

  private HttpResponse<String> register(String token, String members) {
    return ask(
        "POST",
        "/v1/devices",
        token,
        "{\"platform\":\"ios\",\"app\":\"com.example.app\"" + members + "}");
  }

  private static String deviceToken() {
    return UUID.randomUUID().toString().replace("-", "").repeat(2);
  }

  private JsonNode registered(String token, String members) {
    var answer = register(token, members);
    assertThat(answer.statusCode()).as(answer.body()).isIn(200, 201);
    return json(answer);
  }

  @Test
  void appRegistersAndRegistersAgain() {
    var token = deviceToken();
    var user = server.token(ana);
    var first =
        register(
            user,
            ",\"token\":\"%s\",\"locale\":\"pt_BR\",\"timeZone\":\"America/Sao_Paulo\",\"appVersion\":\"2.1\",\"topics\":[\"news\"]"
                .formatted(token.toUpperCase(java.util.Locale.ROOT)));
    assertThat(first.statusCode()).isEqualTo(201);
    var device = json(first);
    assertThat(first.headers().firstValue("Location").orElseThrow())
        .isEqualTo("/v1/devices/" + device.get("id").asString());
    assertThat(device.get("owner").asString()).isEqualTo(ana);
    assertThat(device.get("provider").asString()).isEqualTo("apns");
    assertThat(device.get("locale").asString()).isEqualTo("pt-BR");
    assertThat(device.get("topics").toString()).isEqualTo("[\"news\"]");
    assertThat(first.body()).doesNotContain(token);

    var again = register(user, ",\"token\":\"" + token + "\",\"appVersion\":\"2.2\"");
    assertThat(again.statusCode()).isEqualTo(200);
    assertThat(json(again).get("id")).isEqualTo(device.get("id"));
    assertThat(json(again).get("appVersion").asString()).isEqualTo("2.2");
    assertThat(json(again).get("locale").asString()).isEqualTo("pt-BR");
    assertThat(json(again).get("topics").toString()).isEqualTo("[\"news\"]");
    assertThat(json(again).get("registeredAt").asString())
        .isGreaterThan(device.get("registeredAt").asString());
  }

  @Test
  void tokenThatMovesToAnotherUserMovesWithoutItsTopics() {
    var token = deviceToken();
    var anas =
        registered(server.token(ana), ",\"token\":\"" + token + "\",\"topics\":[\"secret\"]");
    var bobs = registered(server.token(bob), ",\"token\":\"" + token + "\"");
    assertThat(bobs.get("owner").asString()).isEqualTo(bob);
    assertThat(bobs.get("topics").toString()).isEqualTo("[]");
    assertThat(
            server.get("/v1/devices/" + anas.get("id").asString(), server.token(ana)).statusCode())
        .isEqualTo(404);
    assertThat(json(server.get("/v1/devices", server.token(ana))).get("devices")).isEmpty();
  }

  @Test
  void refreshChangesTheTokenAndTakesOverWhatElseHadIt() {
    var user = server.token(ana);
    var old = deviceToken();
    var fresh = deviceToken();
    var device = registered(user, ",\"token\":\"" + old + "\",\"topics\":[\"a\"]");
    var other = registered(server.token(bob), ",\"token\":\"" + fresh + "\"");
    var path = "/v1/devices/" + device.get("id").asString();
    var changed =
        ask("PATCH", path, user, "{\"token\":\"" + fresh + "\",\"timeZone\":\"Asia/Tokyo\"}");
    assertThat(changed.statusCode()).as(changed.body()).isEqualTo(200);
    assertThat(json(changed).get("timeZone").asString()).isEqualTo("Asia/Tokyo");
    assertThat(json(changed).get("topics").toString()).isEqualTo("[\"a\"]");
    assertThat(
            server.get("/v1/devices/" + other.get("id").asString(), server.token(bob)).statusCode())
        .isEqualTo(404);
  }

  @Test
  void topicsAreFollowedAndLeft() {
    var user = server.token(ana);
    var path =
        "/v1/devices/"
            + registered(user, ",\"token\":\"" + deviceToken() + "\"").get("id").asString();
    assertThat(ask("PUT", path + "/topics/news.de", user, "").statusCode()).isEqualTo(204);
    assertThat(ask("PUT", path + "/topics/news.de", user, "").statusCode()).isEqualTo(204);
    assertThat(json(server.get(path, user)).get("topics").toString()).isEqualTo("[\"news.de\"]");
    assertThat(ask("DELETE", path + "/topics/news.de", user, "").statusCode()).isEqualTo(204);
    assertThat(json(server.get(path, user)).get("topics")).isEmpty();
    assertThat(ask("PUT", path + "/topics/a%20b", user, "").statusCode()).isEqualTo(400);
    for (int i = 0; i < 50; i++) {
      assertThat(ask("PUT", path + "/topics/t" + i, user, "").statusCode()).isEqualTo(204);
    }
    var tooMany = ask("PUT", path + "/topics/one-more", user, "");
    assertThat(tooMany.statusCode()).isEqualTo(409);
    assertThat(json(tooMany).get("type").asString()).endsWith("too-many-topics");
  }

  @Test
  void unregisteredDeviceIsGone() {
    var user = server.token(ana);
    var path =
        "/v1/devices/"
            + registered(user, ",\"token\":\"" + deviceToken() + "\"").get("id").asString();
    assertThat(ask("DELETE", path, user, "").statusCode()).isEqualTo(204);
    assertThat(server.get(path, user).statusCode()).isEqualTo(404);
    assertThat(ask("DELETE", path, user, "").statusCode()).isEqualTo(404);
  }

  @Test
  void nobodySeesAnothersDevices() {
    var device = registered(server.token(ana), ",\"token\":\"" + deviceToken() + "\"");
    var path = "/v1/devices/" + device.get("id").asString();
    for (var stranger : new String[] {server.token(bob), key}) {
      assertThat(server.get(path, stranger).statusCode()).isEqualTo(404);
      assertThat(ask("PATCH", path, stranger, "{\"locale\":\"de\"}").statusCode()).isEqualTo(404);
      assertThat(ask("DELETE", path, stranger, "").statusCode()).isEqualTo(404);
      assertThat(ask("PUT", path + "/topics/t", stranger, "").statusCode()).isEqualTo(404);
      assertThat(ask("DELETE", path + "/topics/t", stranger, "").statusCode()).isEqualTo(404);
      assertThat(server.get("/v1/devices", stranger).body())
          .doesNotContain(device.get("id").asString());
    }
    assertThat(server.get(path, server.token(ana)).statusCode()).isEqualTo(200);
  }

  @Test
  void serverRegistersForItsUsersAndListsThemByPages() {
    for (int i = 0; i < 5; i++) {
      registered(key, ",\"owner\":\"u1\",\"token\":\"" + deviceToken() + "\"");
    }
    registered(key, ",\"owner\":\"u2\",\"token\":\"" + deviceToken() + "\"");
    var first = json(server.get("/v1/devices?owner=u1&limit=3", key));
    assertThat(first.get("devices")).hasSize(3);
    var second =
        json(
            server.get("/v1/devices?owner=u1&limit=3&cursor=" + first.get("next").asString(), key));
    assertThat(second.get("devices")).hasSize(2);
    assertThat(second.get("next").isNull()).isTrue();
    assertThat(json(server.get("/v1/devices", key)).get("devices")).hasSize(6);
    assertThat(server.get("/v1/devices?owner=u1", server.token(ana)).statusCode()).isEqualTo(400);
  }

  @Test
  void userHasOnlySoManyDevicesAndTheOldestGo() {
    var user = server.token(ana);
    var first = registered(user, ",\"token\":\"" + deviceToken() + "\"");
    for (int i = 0; i < 20; i++) {
      registered(user, ",\"token\":\"" + deviceToken() + "\"");
    }
    var all = json(server.get("/v1/devices", user)).get("devices");
    assertThat(all).hasSize(20);
    assertThat(all.toString()).doesNotContain(first.get("id").asString());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          "token":"xyz"                                 | token: 3 characters (expected: 64 to 200 hexadecimal digits)
          "token":"T","provider":"fcm","sandbox":true   | sandbox: true (expected: with apns only)
          "token":"T","provider":"hms"                  | provider: hms (expected: one of apns, fcm)
          "token":"T","locale":"not a locale"           | locale: not a locale (expected: a BCP 47 tag
          "token":"T","timeZone":"Mars/Olympus"         | timeZone: Mars/Olympus (expected: one such as
          "token":"T","topics":["a b"]                  | topics: a b (expected: 1 to 100 of
          "token":"T","owner":"bob"                     | owner: not with an end user's token
          "token":"T","colour":"red"                    | colour: unknown
          "locale":"de"                                 | token: missing
          """)
  void whatCannotBeIsRefusedWithWhatWasExpected(String members, String wrong) {
    var answer =
        register(server.token(ana), "," + members.replace("\"T\"", "\"" + deviceToken() + "\""));
    assertThat(answer.statusCode()).isEqualTo(400);
    var errors =
        json(answer)
            .get("errors")
            .valueStream()
            .map(each -> each.get("field").asString() + ": " + each.get("detail").asString())
            .collect(Collectors.joining("\n"));
    assertThat(errors).contains(wrong);
  }

  @Test
  void serverMustSayWhose() {
    var answer = register(key, ",\"token\":\"" + deviceToken() + "\"");
    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.body()).contains("owner", "missing");
    var topics =
        IntStream.range(0, 51).mapToObj(i -> "\"t" + i + "\"").collect(Collectors.joining(","));
    var tooMany =
        register(
            server.token(ana), ",\"token\":\"" + deviceToken() + "\",\"topics\":[" + topics + "]");
    assertThat(tooMany.body()).contains("51 of them (expected: at most 50)");
  }
}
