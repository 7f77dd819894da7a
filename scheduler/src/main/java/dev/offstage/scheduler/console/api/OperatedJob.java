package dev.offstage.scheduler.console.api;

import com.fasterxml.jackson.annotation.JsonRawValue;
import dev.offstage.job.Job;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A job as operators see it.
 *
 * @param claims how often it was taken up
 * @param dueAt null while it waits for something other than time
 * @param result whatever JSON its handler returned; not in lists
 * @param reason of its latest failure
 */
record OperatedJob(
    String id,
    String tenant,
    @Nullable String owner,
    String kind,
    String pool,
    String priority,
    String state,
    int attempt,
    int maxAttempts,
    int claims,
    float progress,
    @Nullable String progressNote,
    @JsonRawValue @Nullable String result,
    @Nullable String reason,
    @Nullable String message,
    List<String> tags,
    @Nullable UUID workflow,
    Instant createdAt,
    @Nullable Instant dueAt,
    @Nullable Instant expiresAt,
    @Nullable Instant startedAt,
    @Nullable Instant endedAt) {

  static OperatedJob of(Job job) {
    var failure = job.failure();
    return new OperatedJob(
        job.id().toString(),
        job.tenant(),
        job.owner(),
        job.kind().name(),
        job.pool(),
        job.priority().text(),
        job.state().text(),
        job.attempt(),
        job.maxAttempts(),
        job.claimNo(),
        job.progress(),
        job.progressNote(),
        job.result(),
        failure == null ? null : failure.reason(),
        failure == null ? null : failure.message(),
        job.tags(),
        job.workflow(),
        job.createdAt(),
        job.dueAt(),
        job.expiresAt(),
        job.startedAt(),
        job.endedAt());
  }
}
