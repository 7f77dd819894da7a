package dev.offstage.worker.integration.push.fcm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offstage.secret.Secret;
import dev.offstage.worker.integration.push.Keys;
import dev.offstage.worker.integration.push.provider.Credential;
import dev.offstage.worker.integration.push.provider.Notification;
import dev.offstage.worker.integration.push.provider.Sending;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.Signature;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;

class FcmProviderTests {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final KeyPair KEY = Keys.rsa();
  private static final UUID PUSH = UUID.randomUUID();

  private final FakeFcm fcm = new FakeFcm();
  private Instant now = Instant.parse("2026-01-01T00:00:00Z");
  private final InstantSource clock = () -> now;
  private final FcmProvider provider = fcm.provider(clock);
  private final Credential credential = credential(Keys.fcm(KEY));

  @AfterEach
  void stop() {
    fcm.close();
  }

  private static Credential credential(Secret secret) {
    return new Credential(
        UUID.randomUUID(), "acme", "fcm", "com.example.app", false, "my-project", secret, null);
  }

  private static Notification notification(String platform, boolean silent) {
    return new Notification(
        PUSH,
        UUID.randomUUID(),
        platform,
        "com.example.app",
        "tok",
        silent ? null : "Hi",
        null,
        Map.of("order", "7"),
        silent,
        "news",
        Instant.parse("2026-01-01T01:00:00Z"),
        Duration.ofHours(1),
        !silent,
        null,
        null);
  }

  private Sending send() {
    return provider.send(credential, notification("android", false)).join();
  }

  private Sending answered(int status, @Nullable String code, @Nullable String retryAfter) {
    fcm.answer("tok", new FakeFcm.Answer(status, code, retryAfter));
    return send();
  }

  @Test
  void messageArrivesWithAllThatItSays() {
    assertThat(send()).isEqualTo(new Sending.Sent());
    assertThat(fcm.received("tok").getFirst().message().toString())
        .isEqualTo(
            "{\"token\":\"tok\",\"data\":{\"order\":\"7\"},\"notification\":{\"title\":\"Hi\"},"
                + "\"android\":{\"collapse_key\":\"news\",\"priority\":\"HIGH\",\"ttl\":\"3600s\","
                + "\"notification\":{\"tag\":\"news\"}}}");
  }

  @Test
  void silentPushIsDataOnly() {
    provider.send(credential, notification("android", true)).join();
    provider.send(credential, notification("ios", true)).join();
    var received = fcm.received("tok");
    assertThat(received.getFirst().message().has("notification")).isFalse();
    assertThat(received.getFirst().message().at("/android/priority").asString())
        .isEqualTo("NORMAL");
    assertThat(received.getFirst().message().at("/android/notification").isMissingNode()).isTrue();
    assertThat(received.getLast().message().at("/apns").toString())
        .isEqualTo(
            "{\"headers\":{\"apns-push-type\":\"background\",\"apns-priority\":\"5\","
                + "\"apns-collapse-id\":\"news\",\"apns-expiration\":\"1767229200\"},"
                + "\"payload\":{\"aps\":{\"content-available\":1}}}");
  }

  @Test
  void accountSaysWhoItIsBySignature() throws Exception {
    send();
    var form = fcm.assertions.getFirst();
    assertThat(form)
        .startsWith("grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion=");
    var parts = form.substring(form.indexOf("&assertion=") + 11).split("\\.", -1);
    assertThat(decoded(parts[0])).isEqualTo("{\"alg\":\"RS256\",\"typ\":\"JWT\",\"kid\":\"k1\"}");
    var claims = JSON.readTree(decoded(parts[1]));
    assertThat(claims.get("iss").asString()).isEqualTo("push@my-project.example");
    assertThat(claims.get("aud").asString()).isEqualTo(fcm.url("/token").toString());
    assertThat(claims.get("scope").asString())
        .isEqualTo("https://www.googleapis.com/auth/firebase.messaging");
    assertThat(claims.get("exp").asLong()).isEqualTo(now.getEpochSecond() + 3600);
    var verifier = Signature.getInstance("SHA256withRSA");
    verifier.initVerify(KEY.getPublic());
    verifier.update((parts[0] + "." + parts[1]).getBytes(StandardCharsets.US_ASCII));
    assertThat(verifier.verify(Base64.getUrlDecoder().decode(parts[2]))).isTrue();
  }

  private static String decoded(String base64) {
    return new String(Base64.getUrlDecoder().decode(base64), StandardCharsets.UTF_8);
  }

  @Test
  void oneAccessTokenServesManyUntilShortlyBeforeItsEnd() {
    var all = new ArrayList<CompletableFuture<Sending>>();
    for (int i = 0; i < 20; i++) {
      all.add(provider.send(credential, notification("android", false)));
    }
    all.forEach(CompletableFuture::join);
    assertThat(fcm.assertions).hasSize(1);
    now = now.plusSeconds(3500);
    send();
    assertThat(fcm.assertions).hasSize(2);
    assertThat(fcm.received("tok").getLast().authorization()).isEqualTo("Bearer t2");
  }

  @Test
  void accessTokenThatIsRefusedIsReplacedOnce() {
    send();
    fcm.revoked = "t1";
    assertThat(send()).isEqualTo(new Sending.Sent());
    assertThat(fcm.received("tok").getLast().authorization()).isEqualTo("Bearer t2");
    fcm.revoked = "t2";
    fcm.tokenStatus = 400;
    assertThat(send()).isEqualTo(new Sending.Faulty("token-status-400"));
    fcm.tokenStatus = 503;
    assertThat(send()).isEqualTo(new Sending.Later("token-status-503", null, false));
  }

  @ParameterizedTest
  @CsvSource({
    "404, UNREGISTERED,           ,    Dead",
    "400, INVALID_ARGUMENT,       ,    Refused",
    "403, SENDER_ID_MISMATCH,     ,    Refused",
    "401, THIRD_PARTY_AUTH_ERROR, ,    Faulty",
    "503, UNAVAILABLE,            ,    Later",
    "500, INTERNAL,               ,    Later",
    "429, QUOTA_EXCEEDED,         ,    Later",
    "403, ,                       ,    Faulty",
    "404, ,                       ,    Faulty",
    "502, ,                       ,    Later",
    "413, ,                       ,    Refused"
  })
  void errorsMeanWhatTheyAreDocumentedToMean(
      int status, @Nullable String code, @Nullable String retryAfter, String meaning) {
    var sending = answered(status, code, retryAfter);
    assertThat(sending.getClass().getSimpleName()).isEqualTo(meaning);
    assertThat(sending.toString()).contains(code == null ? "status-" + status : code);
  }

  @Test
  void spentQuotaWaitsAsLongAsFcmSaysAndElseAMinute() {
    assertThat(answered(429, "QUOTA_EXCEEDED", null))
        .isEqualTo(new Sending.Later("QUOTA_EXCEEDED", Duration.ofMinutes(1), true));
    assertThat(answered(429, "QUOTA_EXCEEDED", "120"))
        .isEqualTo(new Sending.Later("QUOTA_EXCEEDED", Duration.ofMinutes(2), true));
    assertThat(answered(503, "UNAVAILABLE", "Thu, 01 Jan 2026 00:00:30 GMT"))
        .isEqualTo(new Sending.Later("UNAVAILABLE", Duration.ofSeconds(30), false));
    assertThat(answered(503, "UNAVAILABLE", "next week"))
        .isEqualTo(new Sending.Later("UNAVAILABLE", null, false));
  }

  @Test
  void nobodyThereIsForLaterAndABrokenKeyIsAFault() {
    fcm.close();
    assertThat(send()).isEqualTo(new Sending.Later("fcm-unreachable", null, false));
    assertThat(provider.send(credential(Secret.of("{}")), notification("web", false)).join())
        .isInstanceOf(Sending.Faulty.class);
  }
}
