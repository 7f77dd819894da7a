package dev.offstage.worker.integration.push.message;

import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Whom a push is for: exactly one of these.
 *
 * @param user all devices of an end user
 * @param device one device
 * @param topic all devices that follow it
 * @param audience a list that was sent to {@code /v1/push/audiences}
 * @param users at most {@value #MAX_LISTED}
 * @param devices at most {@value #MAX_LISTED}
 */
public record Target(
    @Nullable String user,
    @Nullable UUID device,
    @Nullable String topic,
    @Nullable UUID audience,
    @Nullable List<String> users,
    @Nullable List<UUID> devices) {
  private static final int MAX_LISTED = 500;

  /**
   * @throws IllegalArgumentException if it is not exactly one, or a list is too long
   */
  public Target {
    long given =
        Stream.of(user, device, topic, audience, users, devices)
            .filter(each -> each != null)
            .count();
    if (given != 1) {
      throw new IllegalArgumentException(
          "to: %d of them (expected: one of user, device, topic, audience, users, devices)"
              .formatted(given));
    }
    users = bounded("users", users);
    devices = bounded("devices", devices);
  }

  /** An end user. */
  public static Target ofUser(String user) {
    return new Target(user, null, null, null, null, null);
  }

  /** Whether it is split into parts, each a job of its own. */
  public boolean isSplit() {
    return topic != null || audience != null;
  }

  /** The users that it names. */
  public List<String> allUsers() {
    return users != null ? users : user == null ? List.of() : List.of(user);
  }

  /** The devices that it names. */
  public List<UUID> allDevices() {
    return devices != null ? devices : device == null ? List.of() : List.of(device);
  }

  private static <T> @Nullable List<T> bounded(String name, @Nullable List<T> list) {
    if (list == null) {
      return null;
    }
    if (list.isEmpty() || list.size() > MAX_LISTED) {
      throw new IllegalArgumentException(
          "to.%s: %d of them (expected: 1 to %d; more as an audience)"
              .formatted(name, list.size(), MAX_LISTED));
    }
    return list.stream().distinct().toList();
  }
}
