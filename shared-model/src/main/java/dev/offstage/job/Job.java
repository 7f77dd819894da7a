package dev.offstage.job;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A job as it stands in PostgreSQL.
 *
 * @param owner the end user whom it belongs to; null for the tenant's own
 * @param version bumped by every write: the ETag and the id of the live event
 * @param payload JSON text
 * @param progress 0 to 1
 * @param result JSON text
 * @param failure of the latest failed attempt
 * @param workflow that it belongs to
 * @param workflowRef its name there
 * @param dueAt from when it may be run; null once it has ended, and while it waits for something
 *     other than time: a key, a gate, its parents
 */
public record Job(
    JobId id,
    String tenant,
    @Nullable String owner,
    JobKind kind,
    String pool,
    Priority priority,
    JobState state,
    int attempt,
    int maxAttempts,
    int claimNo,
    int version,
    String payload,
    int payloadVersion,
    List<String> tags,
    float progress,
    @Nullable String progressNote,
    @Nullable String result,
    @Nullable JobFailure failure,
    @Nullable UUID workflow,
    @Nullable String workflowRef,
    Instant createdAt,
    @Nullable Instant dueAt,
    @Nullable Instant expiresAt,
    @Nullable Instant startedAt,
    @Nullable Instant endedAt) {}
