package dev.offstage.ingest.job;

import com.fasterxml.jackson.annotation.JsonRawValue;
import dev.offstage.job.Job;
import dev.offstage.job.JobFailure;
import dev.offstage.job.JobId;
import dev.offstage.job.JobState;
import dev.offstage.store.JobSearch.Blocked;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A job on the wire.
 *
 * @param owner the end user whom it belongs to
 * @param progress 0 to 1
 * @param dueAt from when it is handed out (again); null while it waits for something other than
 *     time, and once it has ended
 * @param runAt when its turn comes, of one that waits for a time or for its next attempt; null of
 *     any other
 * @param workflowRef its name in the workflow
 * @param blockedBy what stands between it and its turn: a gate, such as {@code key:tenant/name} or
 *     {@code destination:host:tenant/example.com}, or a unique key
 * @param blockedReason why that gate lets nobody pass, such as the destination's last failure; null
 *     where the job only waits for its turn
 * @param blockedUntil when the gate lets the next one pass, where that is known
 * @param result whatever JSON the job's handler returned
 * @param error of the latest failed attempt
 */
@Schema(name = "Job")
public record JobView(
    String id,
    String kind,
    String pool,
    @Nullable String owner,
    @Schema(allowableValues = {"high", "normal", "low", "bulk"}) String priority,
    @Schema(
            allowableValues = {
              "scheduled",
              "available",
              "retryable",
              "running",
              "waiting",
              "completed",
              "cancelled",
              "discarded"
            })
        String state,
    int attempt,
    int maxAttempts,
    @Schema(minimum = "0", maximum = "1") float progress,
    @Nullable String progressNote,
    @JsonRawValue @Schema(implementation = Object.class) @Nullable String result,
    @Nullable JobError error,
    List<String> tags,
    int payloadVersion,
    @Nullable UUID workflow,
    @Nullable String workflowRef,
    @Nullable String blockedBy,
    @Nullable String blockedReason,
    @Nullable Instant blockedUntil,
    Instant createdAt,
    @Nullable Instant dueAt,
    @Nullable Instant runAt,
    @Nullable Instant expiresAt,
    @Nullable Instant startedAt,
    @Nullable Instant endedAt) {

  private static final Set<JobState> TIMED = EnumSet.of(JobState.SCHEDULED, JobState.RETRYABLE);

  /**
   * Why a job failed.
   *
   * @param reason stable; an app may switch on it
   * @param message for people
   */
  public record JobError(String reason, String message) {
    public static @Nullable JobError of(@Nullable JobFailure failure) {
      return failure == null ? null : new JobError(failure.reason(), failure.message());
    }
  }

  /** One that nothing stands before. */
  public static JobView of(Job job) {
    return of(job, Map.of());
  }

  /** Jobs in the same order; {@code blockedBy} has what stands before some of them. */
  public static List<JobView> of(List<Job> jobs, Map<JobId, Blocked> blockedBy) {
    return jobs.stream().map(job -> of(job, blockedBy)).toList();
  }

  static JobView of(Job job, Map<JobId, Blocked> blockedBy) {
    var blocked = blockedBy.get(job.id());
    return new JobView(
        job.id().toString(),
        job.kind().name(),
        job.pool(),
        job.owner(),
        job.priority().text(),
        job.state().text(),
        job.attempt(),
        job.maxAttempts(),
        job.progress(),
        job.progressNote(),
        job.result(),
        JobError.of(job.failure()),
        job.tags(),
        job.payloadVersion(),
        job.workflow(),
        job.workflowRef(),
        blocked == null ? null : blocked.by(),
        blocked == null ? null : blocked.reason(),
        blocked == null ? null : blocked.until(),
        job.createdAt(),
        job.dueAt(),
        TIMED.contains(job.state()) ? job.dueAt() : null,
        job.expiresAt(),
        job.startedAt(),
        job.endedAt());
  }
}
