package dev.offstage.webhook;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Something that is to be told.
 *
 * @param event its id, the same for all that are told
 * @param subject the job or asset; null for a tenant's own event
 * @param data JSON text: all of a tenant's own event, or what the subject's row may not say later
 * @param at when it came about
 */
public record Mark(
    long position,
    UUID event,
    String tenant,
    String type,
    @Nullable UUID subject,
    @Nullable String data,
    Instant at) {}
