package dev.offstage.event;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One event that was refused while others of its batch were accepted.
 *
 * @param reason stable and machine-readable
 * @param detail what was wrong and what was expected, for people
 * @param event as it was read, without what the tenant never keeps; null where it could not be
 */
public record RejectedEvent(
    EventSource source,
    UUID id,
    Instant receivedAt,
    String reason,
    String detail,
    @Nullable String type,
    @Nullable String name,
    @Nullable String messageId,
    @Nullable JsonBytes event) {}
