package dev.offstage.onward;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An event on its way.
 *
 * @param id the same whenever it is sent: by it a receiver knows a repeat
 * @param person whose events keep their order: the user, else the anonymous id
 * @param receivedAt when it came
 * @param json the event whole, as JSON text
 */
public record OnwardEvent(
    UUID id,
    String app,
    String type,
    @Nullable String name,
    @Nullable String platform,
    @Nullable String person,
    Instant receivedAt,
    String json) {}
