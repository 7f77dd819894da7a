package dev.offstage.webhook;

import dev.offstage.job.JobId;
import dev.offstage.job.JobState;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One event for one endpoint, and how its job stands.
 *
 * @param id the job's
 * @param nextAt when it is tried next; null once it has ended, and while it waits for its turn
 * @param reason why its last try failed
 */
public record Delivery(
    JobId id,
    UUID endpoint,
    UUID event,
    String type,
    @Nullable UUID replays,
    JobState state,
    int attempt,
    int maxAttempts,
    @Nullable Instant nextAt,
    @Nullable String reason,
    @Nullable String message,
    Instant createdAt,
    @Nullable Instant endedAt) {}
