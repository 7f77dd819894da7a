package dev.offstage.worker.integration.push.fcm;

import dev.offstage.worker.integration.push.provider.Notification;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a notification is to FCM: {@code projects.messages} of its <a
 * href="https://firebase.google.com/docs/reference/fcm/rest/v1/projects.messages">reference</a>.
 */
final class FcmMessage {
  private FcmMessage() {}

  static String of(Notification notification, JsonMapper json) {
    var body = json.createObjectNode();
    var message = body.putObject("message").put("token", notification.token());
    if (!notification.data().isEmpty()) {
      var data = message.putObject("data");
      notification.data().forEach(data::put);
    }
    if (notification.title() != null || notification.body() != null) {
      var shown = message.putObject("notification");
      put(shown, "title", notification.title());
      put(shown, "body", notification.body());
    }
    switch (notification.platform()) {
      case "android" -> android(message.putObject("android"), notification);
      case "ios" -> apns(message.putObject("apns"), notification);
      default -> web(message.putObject("webpush"), notification);
    }
    return body.toString();
  }

  private static void android(ObjectNode android, Notification notification) {
    put(android, "collapse_key", notification.collapseKey());
    android.put("priority", notification.urgent() ? "HIGH" : "NORMAL");
    var lifetime = notification.lifetime();
    if (lifetime != null) {
      android.put("ttl", lifetime.toSeconds() + "s");
    }
    if (!notification.silent()) {
      var shown = android.putObject("notification").put("tag", notification.shownAs());
      put(shown, "sound", notification.sound());
      if (notification.badge() != null) {
        shown.put("notification_count", notification.badge());
      }
    }
  }

  private static void apns(ObjectNode apns, Notification notification) {
    boolean silent = notification.silent();
    var headers = apns.putObject("headers");
    headers.put("apns-push-type", silent ? "background" : "alert");
    headers.put("apns-priority", notification.urgent() && !silent ? "10" : "5");
    put(headers, "apns-collapse-id", silent ? notification.collapseKey() : notification.shownAs());
    if (notification.deliverBy() != null) {
      headers.put("apns-expiration", Long.toString(notification.deliverBy().getEpochSecond()));
    }
    var aps = apns.putObject("payload").putObject("aps");
    if (silent) {
      aps.put("content-available", 1);
    }
    put(aps, "sound", notification.sound());
    if (notification.badge() != null) {
      aps.put("badge", notification.badge());
    }
  }

  private static void web(ObjectNode web, Notification notification) {
    var headers = web.putObject("headers");
    headers.put("Urgency", notification.urgent() ? "high" : "normal");
    var lifetime = notification.lifetime();
    if (lifetime != null) {
      headers.put("TTL", Long.toString(lifetime.toSeconds()));
    }
    if (!notification.silent()) {
      web.putObject("notification").put("tag", notification.shownAs());
    }
  }

  private static void put(
      ObjectNode object, String name, @org.jspecify.annotations.Nullable String text) {
    if (text != null) {
      object.put(name, text);
    }
  }
}
