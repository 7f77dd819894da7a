package dev.offstage.store;

import dev.offstage.job.OnDiscard;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A workflow as it stands.
 *
 * @param live members that have not ended
 * @param completed members that ended so, as the next two
 */
public record Workflow(
    UUID id,
    String tenant,
    @Nullable String owner,
    String name,
    OnDiscard onDiscard,
    int live,
    int completed,
    int cancelled,
    int discarded,
    Instant createdAt,
    @Nullable Instant endedAt) {}
