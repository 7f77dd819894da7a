package dev.offstage.event;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One event that was accepted, as it is written.
 *
 * @param id of every copy of it: {@link EventSource#idOf}
 * @param name of what was tracked, or of the screen or page
 * @param integrations which destinations the app wants it to reach; null if it did not say
 */
public record Event(
    EventSource source,
    UUID id,
    EventType type,
    @Nullable String name,
    String messageId,
    Who who,
    Where where,
    EventTimes times,
    @Nullable JsonBytes properties,
    @Nullable JsonBytes context,
    @Nullable JsonBytes integrations) {

  /**
   * Whom an event is about. Of user and anonymous id, at least one is there.
   *
   * @param previousId alias: who the user was before
   */
  public record Who(
      @Nullable String userId,
      @Nullable String anonymousId,
      @Nullable String previousId,
      @Nullable String groupId) {}

  /**
   * Where it happened, as far as the app said: what is worth a column of its context.
   *
   * @param ip null unless the tenant wants it, truncated or whole
   * @param pushOptIn whether the device takes pushes; null if the app did not say
   */
  public record Where(
      @Nullable String deviceId,
      @Nullable String sessionId,
      @Nullable String appVersion,
      @Nullable String platform,
      @Nullable String osVersion,
      @Nullable String deviceModel,
      @Nullable String locale,
      @Nullable String country,
      @Nullable String ip,
      @Nullable Boolean pushOptIn) {}
}
