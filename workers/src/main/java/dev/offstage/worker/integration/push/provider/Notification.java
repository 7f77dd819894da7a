package dev.offstage.worker.integration.push.provider;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One notification for one device.
 *
 * @param push the job that it comes of
 * @param app the device's app: APNs' topic
 * @param title and {@code body}: null for what is not shown
 * @param collapseKey null for none
 * @param deliverBy null for as the provider likes
 * @param lifetime the time until that
 */
public record Notification(
    UUID push,
    UUID device,
    String platform,
    String app,
    String token,
    @Nullable String title,
    @Nullable String body,
    Map<String, String> data,
    boolean silent,
    @Nullable String collapseKey,
    @Nullable Instant deliverBy,
    @Nullable Duration lifetime,
    boolean urgent,
    @Nullable String sound,
    @Nullable Integer badge) {

  /** The same for each attempt at this push to this device, and for no other. */
  public UUID id() {
    return UUID.nameUUIDFromBytes((push + "/" + device).getBytes(StandardCharsets.US_ASCII));
  }

  /**
   * Under which name a phone shows it: one that is sent twice after a crash is shown once, and a
   * later one of the same key takes its place.
   */
  public String shownAs() {
    return collapseKey == null ? push.toString() : collapseKey;
  }
}
