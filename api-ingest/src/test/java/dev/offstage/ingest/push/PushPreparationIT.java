package dev.offstage.ingest.push;

import static dev.offstage.ingest.IngestServer.json;
import static dev.offstage.ingest.IngestServer.send;
import static org.assertj.core.api.Assertions.assertThat;

import dev.offstage.ingest.IngestServer;
import dev.offstage.secret.SecretPlace;
import dev.offstage.secret.Secrets;
import java.io.InputStream;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.json.JsonMapper;

class PushPreparationIT {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  @SuppressWarnings("NullAway.Init")
  private static IngestServer server;

  private final String tenant = "p" + UUID.randomUUID().toString().substring(0, 8);
  private final String key = server.key(tenant);

  @BeforeAll
  static void start() {
    server =
        IngestServer.start(
            false,
            false,
            Map.of(
                "offstage.secrets.keys",
                "k1:MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=",
                "offstage.ingest.audiences.max-members",
                "200000"));
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static String pem(String algorithm) throws Exception {
    var generator = KeyPairGenerator.getInstance(algorithm);
    if (algorithm.equals("EC")) {
      generator.initialize(new ECGenParameterSpec("secp256r1"));
    } else {
      generator.initialize(2048);
    }
    var encoded = generator.generateKeyPair().getPrivate().getEncoded();
    return "-----BEGIN PRIVATE KEY-----\n"
        + Base64.getMimeEncoder().encodeToString(encoded)
        + "\n-----END PRIVATE KEY-----\n";
  }

  private HttpResponse<String> put(String path, String token, Object body) {
    return send(
        server
            .request("/v1/push/credentials/" + path, token)
            .header("Content-Type", "application/json")
            .PUT(BodyPublishers.ofString(JSON.writeValueAsString(body))));
  }

  private static Map<String, String> account(String key) {
    return Map.of(
        "type", "service_account",
        "project_id", "my-project",
        "private_key_id", "k1",
        "private_key", key,
        "client_email", "push@my-project.example",
        "token_uri", "http://169.254.169.254/");
  }

  @Test
  void credentialsAreSealedAndNeverToldAgain() throws Exception {
    var key8 = pem("EC");
    var apns =
        put(
            "apns/com.example.app",
            key,
            Map.of("key", key8, "keyId", "ABC123DEFG", "teamId", "DEF123GHIJ"));
    assertThat(apns.statusCode()).as(apns.body()).isEqualTo(200);
    var fcm = put("fcm/com.example.app", key, Map.of("serviceAccount", account(pem("RSA"))));
    assertThat(fcm.statusCode()).as(fcm.body()).isEqualTo(200);
    assertThat(json(fcm).get("fault").isNull()).isTrue();
    assertThat(apns.body()).doesNotContain(key8.substring(40, 80));
    var stored =
        server
            .bean(JdbcClient.class)
            .sql("select secret || facts::text from push_credential where tenant = ?")
            .param(tenant)
            .query(String.class)
            .list();
    // Where Google's file says to ask for tokens is not asked: it could be anywhere.
    assertThat(stored).hasSize(2).noneMatch(text -> text.contains("169.254"));
  }

  @Test
  void googlesFileIsTakenAsItIsDownloaded() throws Exception {
    var rsa = pem("RSA");
    var file = new java.util.LinkedHashMap<String, String>(account(rsa));
    file.put("token_uri", "https://oauth2.googleapis.com/token");
    file.put("client_id", "1");
    file.put("auth_uri", "https://accounts.google.com/o/oauth2/auth");
    file.put("auth_provider_x509_cert_url", "https://www.googleapis.com/oauth2/v1/certs");
    file.put("client_x509_cert_url", "https://www.googleapis.com/robot/v1/metadata/x509/x");
    file.put("universe_domain", "googleapis.com");
    var answer = put("fcm/com.example.app", key, Map.of("serviceAccount", file));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(json(answer).get("facts").get("projectId").asString()).isEqualTo("my-project");

    var listed = server.get("/v1/push/credentials", key);
    assertThat(json(listed).get("credentials")).hasSize(1);
    var secret = rsa.substring(40, 80);
    assertThat(listed.body()).doesNotContain(secret);
    var jdbc = server.bean(JdbcClient.class);
    var row =
        jdbc.sql("select id::text || ' ' || secret as both from push_credential where tenant = ?")
            .param(tenant)
            .query(String.class)
            .single()
            .split(" ");
    assertThat(row[1]).doesNotContain(secret);
    var opened =
        server.bean(Secrets.class).open(new SecretPlace(tenant, "push.credential", row[0]), row[1]);
    assertThat(JSON.readTree(opened.text()).get("key").asString()).isEqualTo(rsa);
    assertThat(
            jdbc.sql("select count(*) from sealed_column where table_name = 'push_credential'")
                .query(Integer.class)
                .single())
        .isEqualTo(1);
  }

  @Test
  void whatIsNoCredentialIsRefusedWithoutBeingShown() throws Exception {
    var rsa = pem("RSA");
    var wrongKind =
        put(
            "apns/com.example.app",
            key,
            Map.of("key", rsa, "keyId", "ABC123DEFG", "teamId", "DEF123GHIJ"));
    assertThat(wrongKind.statusCode()).isEqualTo(400);
    assertThat(wrongKind.body()).contains("expected: ").doesNotContain(rsa.substring(40, 80));
    var ids =
        put(
            "apns/com.example.app",
            key,
            Map.of("key", pem("EC"), "keyId", "short", "teamId", "DEF123GHIJ"));
    assertThat(ids.body()).contains("keyId", "10 of A-Z and 0-9");
    assertThat(put("fcm/a", key, Map.of("serviceAccount", Map.of("type", "user"))).statusCode())
        .isEqualTo(400);
    assertThat(put("fcm/a", key, Map.of()).statusCode()).isEqualTo(400);
    assertThat(put("hms/a", key, Map.of()).statusCode()).isEqualTo(404);
    assertThat(put("fcm/a%20b", key, Map.of("serviceAccount", account(rsa))).statusCode())
        .isEqualTo(400);
    assertThat(json(server.get("/v1/push/credentials", key)).get("credentials")).isEmpty();
  }

  @Test
  void credentialsAreForServersOfTheTenantOnly() throws Exception {
    var body =
        Map.of("key", pem("EC"), "keyId", "ABC123DEFG", "teamId", "DEF123GHIJ", "sandbox", true);
    assertThat(put("apns/com.example.app", key, body).statusCode()).isEqualTo(200);
    assertThat(put("apns/com.example.app", server.token("ana"), body).statusCode()).isEqualTo(403);
    var stranger = server.key(tenant + "x");
    assertThat(json(server.get("/v1/push/credentials", stranger)).get("credentials")).isEmpty();
    var path = "/v1/push/credentials/apns/com.example.app?sandbox=true";
    assertThat(send(server.request(path, stranger).DELETE()).statusCode()).isEqualTo(404);
    assertThat(send(server.request(path, key).DELETE()).statusCode()).isEqualTo(204);
    assertThat(json(server.get("/v1/push/credentials", key)).get("credentials")).isEmpty();
  }

  private HttpResponse<String> audience(String token, BodyPublisher body) {
    return send(
        server
            .request("/v1/push/audiences", token)
            .header("Content-Type", "application/x-ndjson")
            .POST(body));
  }

  /** Lines that are made as they are sent. */
  private static final class Lines extends InputStream {
    private final int count;
    private int line;
    private byte[] text = {};
    private int at;

    private Lines(int count) {
      this.count = count;
    }

    @Override
    public int read() {
      if (at == text.length) {
        if (line == count) {
          return -1;
        }
        text = ("\"user-" + line++ + "\"\n").getBytes(StandardCharsets.UTF_8);
        at = 0;
      }
      return text[at++];
    }
  }

  @Test
  void longListStreamsInAndIsKeptInParts() {
    var answer = audience(key, BodyPublishers.ofInputStream(() -> new Lines(120_001)));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
    assertThat(json(answer).get("members").asInt()).isEqualTo(120_001);
    var id = json(answer).get("id").asString();
    var parts =
        server
            .bean(JdbcClient.class)
            .sql(
                "select cardinality(users) from push_audience_part where audience = ?::uuid order"
                    + " by no")
            .param(id)
            .query(Integer.class)
            .list();
    assertThat(parts).hasSize(241).startsWith(500).endsWith(1);
    assertThat(server.get("/v1/push/audiences/" + id, key).statusCode()).isEqualTo(200);
    var stranger = server.key(tenant + "x");
    assertThat(server.get("/v1/push/audiences/" + id, stranger).statusCode()).isEqualTo(404);
    assertThat(send(server.request("/v1/push/audiences/" + id, stranger).DELETE()).statusCode())
        .isEqualTo(404);
    assertThat(send(server.request("/v1/push/audiences/" + id, key).DELETE()).statusCode())
        .isEqualTo(204);
  }

  @Test
  void lineThatIsWrongLeavesNothing() {
    for (var bad :
        List.of(
            "{\"user\":7}",
            "{\"user\":\"a\",\"device\":\"" + UUID.randomUUID() + "\"}",
            "{}",
            "{\"device\":\"x\"}",
            "nonsense",
            "\"\"",
            "{\"user\":\"a\",\"x\":1}")) {
      var answer = audience(key, BodyPublishers.ofString("\"ana\"\n" + bad + "\n\"bob\"\n"));
      assertThat(answer.statusCode()).as(bad).isEqualTo(400);
      assertThat(json(answer).get("line").asInt()).isEqualTo(2);
    }
    assertThat(audience(key, BodyPublishers.ofString("\n")).statusCode()).isEqualTo(400);
    assertThat(audience(key, BodyPublishers.ofInputStream(() -> new Lines(200_001))).statusCode())
        .isEqualTo(413);
    assertThat(audience(server.token("ana"), BodyPublishers.ofString("\"ana\"\n")).statusCode())
        .isEqualTo(403);
    assertThat(
            server
                .bean(JdbcClient.class)
                .sql("select count(*) from push_audience where tenant = ?")
                .param(tenant)
                .query(Integer.class)
                .single())
        .isZero();
  }

  @Test
  void listsThatHaveHadTheirTimeAreForgotten() {
    var kept =
        json(
            audience(
                key,
                BodyPublishers.ofString("\"ana\"\n{\"device\":\"" + UUID.randomUUID() + "\"}\n")));
    assertThat(kept.get("members").asInt()).isEqualTo(2);
    var old =
        json(audience(key, BodyPublishers.ofString("{\"user\":\"ana\"}\n"))).get("id").asString();
    var jdbc = server.bean(JdbcClient.class);
    jdbc.sql("update push_audience set created_at = now() - interval '8 days' where id = ?::uuid")
        .param(old)
        .update();
    server.bean(AudienceSweep.class).sweep();
    assertThat(server.get("/v1/push/audiences/" + old, key).statusCode()).isEqualTo(404);
    assertThat(server.get("/v1/push/audiences/" + kept.get("id").asString(), key).statusCode())
        .isEqualTo(200);
  }
}
