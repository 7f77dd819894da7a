package dev.offstage.webhook;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Where a tenant wants its events, without what is secret of it.
 *
 * @param types patterns of {@link EventTypes}
 * @param ordered whether its deliveries run one after the other, in the order of the events
 * @param reason why it is paused or disabled
 * @param oldSecretUntil until when the secret before this one signs as well
 * @param failingSince of nothing but failure; null after a success
 */
public record Endpoint(
    UUID id,
    String tenant,
    String url,
    @Nullable String description,
    List<String> types,
    boolean ordered,
    State state,
    @Nullable String reason,
    List<String> headerNames,
    @Nullable Instant oldSecretUntil,
    @Nullable Instant failingSince,
    Instant createdAt,
    Instant updatedAt) {

  /** What becomes of its events. */
  public enum State {
    ACTIVE,
    /** They wait. */
    PAUSED,
    /** There are none; what is under way is discarded. */
    DISABLED,
    /** It is no more. */
    REMOVED;

    public String text() {
      return name().toLowerCase(Locale.ROOT);
    }

    static State of(String text) {
      return valueOf(text.toUpperCase(Locale.ROOT));
    }
  }
}
