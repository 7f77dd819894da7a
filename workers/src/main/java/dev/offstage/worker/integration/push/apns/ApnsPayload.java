package dev.offstage.worker.integration.push.apns;

import dev.offstage.worker.integration.push.provider.Notification;
import tools.jackson.databind.json.JsonMapper;

/** What a notification is to APNs. */
final class ApnsPayload {
  /** APNs takes no larger one. */
  static final int MAX_BYTES = 4_096;

  private ApnsPayload() {}

  static String of(Notification notification, JsonMapper json) {
    var payload = json.createObjectNode();
    var aps = payload.putObject("aps");
    if (notification.silent()) {
      aps.put("content-available", 1);
    }
    if (notification.title() != null || notification.body() != null) {
      var alert = aps.putObject("alert");
      if (notification.title() != null) {
        alert.put("title", notification.title());
      }
      if (notification.body() != null) {
        alert.put("body", notification.body());
      }
    }
    if (notification.sound() != null) {
      aps.put("sound", notification.sound());
    }
    if (notification.badge() != null) {
      aps.put("badge", notification.badge());
    }
    notification.data().forEach(payload::put);
    return payload.toString();
  }
}
