package dev.offstage.worker.integration.push.apns;

import static org.assertj.core.api.Assertions.assertThat;

import com.eatthepath.pushy.apns.server.RejectedNotificationException;
import com.eatthepath.pushy.apns.server.RejectionReason;
import com.eatthepath.pushy.apns.server.UnregisteredDeviceTokenException;
import dev.offstage.secret.Secret;
import dev.offstage.worker.integration.push.Keys;
import dev.offstage.worker.integration.push.provider.Credential;
import dev.offstage.worker.integration.push.provider.Notification;
import dev.offstage.worker.integration.push.provider.Sending;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ApnsProviderTests {
  private static final UUID PUSH = UUID.randomUUID();

  @TempDir
  @SuppressWarnings("NullAway.Init")
  private static Path directory;

  @SuppressWarnings("NullAway.Init")
  private static FakeApns apns;

  @SuppressWarnings("NullAway.Init")
  private static ApnsProvider provider;

  private final String token = UUID.randomUUID().toString().replace("-", "").repeat(2);
  private final UUID device = UUID.randomUUID();

  @BeforeAll
  static void start() {
    apns = new FakeApns(directory);
    provider = apns.provider();
  }

  @AfterAll
  static void stop() {
    apns.close();
  }

  private static Credential credential(Secret secret) {
    return new Credential(
        UUID.randomUUID(),
        "acme",
        "apns",
        "com.example.app",
        false,
        "com.example.app",
        secret,
        null);
  }

  private Notification notification(boolean silent, @Nullable String collapseKey) {
    var deliverBy = Instant.parse("2030-01-01T00:00:00Z");
    return new Notification(
        PUSH,
        device,
        "ios",
        "com.example.app",
        token,
        silent ? null : "Hi",
        silent ? null : "there",
        Map.of("order", "7"),
        silent,
        collapseKey,
        deliverBy,
        Duration.ofHours(1),
        !silent,
        silent ? null : "default",
        silent ? null : 3);
  }

  private Sending send(Notification notification) {
    return provider.send(credential(Keys.apns()), notification).join();
  }

  private Sending answered(RejectedNotificationException answer) {
    apns.answer(token, answer);
    return send(notification(false, null));
  }

  private Sending answered(RejectionReason reason) {
    return answered(new RejectedNotificationException(reason));
  }

  @Test
  void alertArrivesWithAllThatItSays() {
    assertThat(send(notification(false, "news"))).isEqualTo(new Sending.Sent());
    var received = apns.received(token).getFirst();
    assertThat(received.headers())
        .containsEntry("apns-topic", "com.example.app")
        .containsEntry("apns-push-type", "alert")
        .containsEntry("apns-priority", "10")
        .containsEntry("apns-collapse-id", "news")
        .containsEntry("apns-expiration", "1893456000")
        .containsEntry("apns-id", notification(false, null).id().toString());
    assertThat(received.headers().get("authorization")).startsWith("bearer ");
    assertThat(received.payload().toString())
        .isEqualTo(
            "{\"aps\":{\"alert\":{\"title\":\"Hi\",\"body\":\"there\"},\"sound\":\"default\","
                + "\"badge\":3},\"order\":\"7\"}");
  }

  @Test
  void silentPushWakesTheAppAndShowsNothing() {
    assertThat(send(notification(true, null))).isEqualTo(new Sending.Sent());
    var received = apns.received(token).getFirst();
    assertThat(received.headers())
        .containsEntry("apns-push-type", "background")
        .containsEntry("apns-priority", "5")
        .doesNotContainKey("apns-collapse-id");
    assertThat(received.payload().toString())
        .isEqualTo("{\"aps\":{\"content-available\":1},\"order\":\"7\"}");
  }

  @Test
  void repeatIsShownInPlaceOfTheFirst() {
    send(notification(false, null));
    send(notification(false, null));
    var received = apns.received(token);
    assertThat(received).hasSize(2);
    assertThat(received.getFirst().headers().get("apns-collapse-id")).isEqualTo(PUSH.toString());
    assertThat(received.getFirst().headers().get("apns-id"))
        .isEqualTo(received.getLast().headers().get("apns-id"));
  }

  @Test
  void deadTokensAreToldFromOtherRefusals() {
    var since = Instant.parse("2026-01-01T00:00:00Z");
    assertThat(answered(new UnregisteredDeviceTokenException(since)))
        .isEqualTo(new Sending.Dead("Unregistered", since));
    assertThat(answered(RejectionReason.BAD_DEVICE_TOKEN))
        .isEqualTo(new Sending.Dead("BadDeviceToken", null));
    assertThat(answered(RejectionReason.DEVICE_TOKEN_NOT_FOR_TOPIC))
        .isEqualTo(new Sending.Dead("DeviceTokenNotForTopic", null));
    assertThat(answered(RejectionReason.TOPIC_DISALLOWED))
        .isEqualTo(new Sending.Refused("TopicDisallowed"));
    assertThat(answered(RejectionReason.PAYLOAD_TOO_LARGE))
        .isEqualTo(new Sending.Refused("PayloadTooLarge"));
  }

  @Test
  void refusedCredentialIsNobodyElsesFault() {
    assertThat(answered(RejectionReason.INVALID_PROVIDER_TOKEN))
        .isEqualTo(new Sending.Faulty("InvalidProviderToken"));
    assertThat(provider.send(credential(Secret.of("{}")), notification(false, null)).join())
        .isEqualTo(new Sending.Faulty("key-unusable"));
  }

  @Test
  void whatIsNotForGoodIsForLater() {
    assertThat(answered(RejectionReason.TOO_MANY_REQUESTS))
        .isEqualTo(new Sending.Later("TooManyRequests", null, true));
    assertThat(answered(RejectionReason.INTERNAL_SERVER_ERROR))
        .isEqualTo(new Sending.Later("InternalServerError", null, false));
    assertThat(answered(RejectionReason.SERVICE_UNAVAILABLE))
        .isEqualTo(new Sending.Later("ServiceUnavailable", null, false));
  }

  @Test
  void nobodyThereIsForLater() {
    var nowhere =
        new ApnsProperties(
            "localhost:1", "localhost:1", null, Duration.ofSeconds(1), Duration.ofSeconds(2), 1);
    var json = tools.jackson.databind.json.JsonMapper.builder().build();
    try (var clients = new ApnsClients(nowhere, json)) {
      var sending =
          new ApnsProvider(clients, nowhere, json)
              .send(credential(Keys.apns()), notification(false, null))
              .join();
      assertThat(sending).isEqualTo(new Sending.Later("apns-unreachable", null, false));
    }
  }
}
