package dev.offstage.worker.integration.push.apns;

import com.eatthepath.pushy.apns.DeliveryPriority;
import com.eatthepath.pushy.apns.PushNotificationResponse;
import com.eatthepath.pushy.apns.PushType;
import com.eatthepath.pushy.apns.util.SimpleApnsPushNotification;
import dev.offstage.worker.integration.push.provider.Credential;
import dev.offstage.worker.integration.push.provider.Notification;
import dev.offstage.worker.integration.push.provider.PushProvider;
import dev.offstage.worker.integration.push.provider.Sending;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.json.JsonMapper;

/**
 * Sends through APNs. Its statuses: <a
 * href="https://developer.apple.com/documentation/usernotifications/handling-notification-responses-from-apns">
 * Handling notification responses from APNs</a>.
 */
final class ApnsProvider implements PushProvider {
  private static final Logger log = LoggerFactory.getLogger(ApnsProvider.class);
  private static final Set<String> DEAD = Set.of("BadDeviceToken", "DeviceTokenNotForTopic");

  private final ApnsClients clients;
  private final ApnsProperties properties;
  private final JsonMapper json;

  ApnsProvider(ApnsClients clients, ApnsProperties properties, JsonMapper json) {
    this.clients = clients;
    this.properties = properties;
    this.json = json;
  }

  @Override
  public String name() {
    return "apns";
  }

  @Override
  public CompletableFuture<Sending> send(Credential credential, Notification notification) {
    var payload = ApnsPayload.of(notification, json);
    if (payload.getBytes(StandardCharsets.UTF_8).length > ApnsPayload.MAX_BYTES) {
      return CompletableFuture.completedFuture(new Sending.Refused("payload-too-large"));
    }
    try {
      return clients
          .of(credential)
          .sendNotification(apnsNotification(notification, payload))
          .orTimeout(properties.timeout().toMillis(), TimeUnit.MILLISECONDS)
          .handle(ApnsProvider::sending);
    } catch (ApnsClients.UnusableException e) {
      log.warn(
          "A credential of {} cannot be used: {}", credential.app(), String.valueOf(e.getCause()));
      return CompletableFuture.completedFuture(new Sending.Faulty("key-unusable"));
    }
  }

  private static SimpleApnsPushNotification apnsNotification(
      Notification notification, String payload) {
    boolean silent = notification.silent();
    return new SimpleApnsPushNotification(
        notification.token(),
        notification.app(),
        payload,
        notification.deliverBy(),
        // Apple refuses a background push that claims to be urgent.
        notification.urgent() && !silent
            ? DeliveryPriority.IMMEDIATE
            : DeliveryPriority.CONSERVE_POWER,
        silent ? PushType.BACKGROUND : PushType.ALERT,
        silent ? notification.collapseKey() : notification.shownAs(),
        notification.id());
  }

  private static Sending sending(
      @Nullable PushNotificationResponse<SimpleApnsPushNotification> answer,
      @Nullable Throwable failure) {
    if (answer == null) {
      log.debug("APNs did not answer", failure);
      return new Sending.Later("apns-unreachable", null, false);
    }
    if (answer.isAccepted()) {
      return new Sending.Sent();
    }
    var reason = answer.getRejectionReason().orElse("status-" + answer.getStatusCode());
    return switch (answer.getStatusCode()) {
      case 410 -> new Sending.Dead(reason, answer.getTokenInvalidationTimestamp().orElse(null));
      case 403 -> new Sending.Faulty(reason);
      case 429 -> new Sending.Later(reason, null, true);
      default ->
          answer.getStatusCode() >= 500
              ? new Sending.Later(reason, null, false)
              : DEAD.contains(reason)
                  ? new Sending.Dead(reason, null)
                  : new Sending.Refused(reason);
    };
  }
}
