package dev.offstage.ingest.auth;

import static dev.offstage.ingest.IngestServer.json;
import static dev.offstage.ingest.IngestServer.send;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jwt.PlainJWT;
import dev.offstage.ingest.IngestServer;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.EnumSet;
import java.util.Set;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

class AuthIT {
  private static final String JOB = "/v1/jobs/0190a1b2-0000-7000-8000-000000000000";

  private final IngestServer server = IngestServer.shared();

  private void isRefused(String token) {
    var response = server.get(JOB, token);
    assertThat(response.statusCode()).isEqualTo(401);
    assertThat(response.headers().firstValue("WWW-Authenticate").orElse(""))
        .startsWith("Bearer")
        .contains("error=\"invalid_token\"");
    isProblem(response, "invalid-token");
  }

  private static void isProblem(HttpResponse<String> response, String type) {
    assertThat(response.headers().firstValue("Content-Type")).hasValue("application/problem+json");
    assertThat(json(response).get("type").asString())
        .isEqualTo("https://offstage.dev/problems/" + type);
    assertThat(json(response).get("status").asInt()).isEqualTo(response.statusCode());
  }

  @Test
  void withoutATokenTheAnswerIsAChallenge() {
    var response = server.get(JOB, "");

    assertThat(response.statusCode()).isEqualTo(401);
    assertThat(response.headers().firstValue("WWW-Authenticate"))
        .hasValue("Bearer realm=\"offstage\"");
    isProblem(response, "unauthenticated");
  }

  @Test
  void aGoodKeyAndAGoodTokenAreLetIn() {
    isProblem(server.get(JOB, server.key("acme")), "not-found");
    isProblem(server.get(JOB, server.token("ada")), "not-found");
  }

  @Test
  void aKeyIsStoredHashedOnly() {
    var key = server.key("acme");
    var stored =
        server
            .bean(JdbcClient.class)
            .sql("select to_jsonb(k)::text from api_key k")
            .query(String.class)
            .list();

    assertThat(stored).isNotEmpty().noneMatch(row -> row.contains(key.substring(17)));
  }

  @Test
  void aRevokedKeyIsRefusedWithinSeconds() {
    server.bean(Tenants.class).ensure("acme", "acme");
    var keys = server.bean(ApiKeys.class);
    var key = keys.issue("acme", "doomed", EnumSet.allOf(Scope.class));
    assertThat(server.get(JOB, key.text()).statusCode()).isEqualTo(404);

    assertThat(keys.revoke(key.id())).isTrue();
    assertThat(keys.revoke(key.id())).isFalse();

    Awaitility.await().atMost(Duration.ofSeconds(8)).untilAsserted(() -> isRefused(key.text()));
  }

  @Test
  void aMissingScopeIsForbidden() {
    var response = server.get(JOB, server.key("acme", Scope.EVENTS_WRITE));

    assertThat(response.statusCode()).isEqualTo(403);
    isProblem(response, "forbidden");
    assertThat(json(response).get("detail").asString()).contains("jobs:read");
    assertThat(server.key("acme", Scope.EVENTS_WRITE)).startsWith("offstage_wk_");
  }

  @Test
  void madeUpAndMangledTokensAreRefused() throws Exception {
    var issuer = server.issuer();
    var good = server.token("ada");
    var key = server.key("acme");
    isRefused("offstage_sk_" + "a".repeat(38));
    isRefused(key.substring(0, key.length() - 1));
    isRefused("nonsense");
    isRefused("a.b.c");
    isRefused(good.substring(0, good.length() - 10) + "AAAAAAAAAA");
    isRefused(new PlainJWT(issuer.claims("ada", c -> {})).serialize());
    isRefused(
        issuer.sign(
            issuer.claims("ada", c -> {}),
            JWSAlgorithm.HS256,
            new MACSigner(issuer.key().toRSAPublicKey().getEncoded())));
    isRefused(
        issuer.token("ada", c -> c.expirationTime(Date.from(Instant.now().minusSeconds(90)))));
    isRefused(issuer.token("ada", c -> c.audience("foreign")));
    isRefused(issuer.token("ada", c -> c.issuer("https://evil.example")));
    isRefused(new TestIssuer(issuer.name()).token("ada"));
    isRefused(issuer.token("ada\0"));
  }

  @Test
  void otherSchemesAreNotRead() {
    var response =
        send(server.request(JOB, "").header("Authorization", "Basic dXNlcjpwYXNz").GET());

    assertThat(response.statusCode()).isEqualTo(401);
    isProblem(response, "unauthenticated");
  }

  @Test
  void whatHasNoDecisionDoesNotExist() {
    for (var token : Set.of("", server.key("acme"))) {
      isProblem(server.get("/nothing/here", token), "not-found");
      isProblem(server.get("/error", token), "not-found");
      isProblem(server.get("/actuator/health", token), "not-found");
      var response = send(server.request(JOB, token).DELETE());
      assertThat(response.statusCode()).isEqualTo(405);
      assertThat(response.headers().firstValue("Allow")).hasValue("GET");
      isProblem(response, "method-not-allowed");
    }
  }

  @Test
  void theOperatorsPortShowsWhatIsMeantForItAndNoMore() {
    assertThat(ops("/actuator/health/liveness")).isEqualTo(200);
    assertThat(ops("/actuator/prometheus")).isEqualTo(200);
    assertThat(ops("/actuator/info")).isEqualTo(200);
    assertThat(ops("/actuator/env")).isGreaterThanOrEqualTo(400);
    assertThat(ops("/actuator/heapdump")).isGreaterThanOrEqualTo(400);
    assertThat(ops(JOB)).isGreaterThanOrEqualTo(400);
  }

  private int ops(String path) {
    return send(HttpRequest.newBuilder(server.ops(path)).GET()).statusCode();
  }
}
