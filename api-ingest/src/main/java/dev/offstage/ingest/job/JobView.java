package dev.offstage.ingest.job;

import com.fasterxml.jackson.annotation.JsonRawValue;
import dev.offstage.job.Job;
import dev.offstage.job.JobFailure;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A job on the wire.
 *
 * @param progress 0 to 1
 * @param result whatever JSON the job's handler returned
 * @param error of the latest failed attempt
 */
@Schema(name = "Job")
public record JobView(
    String id,
    String kind,
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
    Instant createdAt,
    @Nullable Instant startedAt,
    @Nullable Instant endedAt) {

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

  public static JobView of(Job job) {
    return new JobView(
        job.id().toString(),
        job.kind().name(),
        job.state().text(),
        job.attempt(),
        job.maxAttempts(),
        job.progress(),
        job.progressNote(),
        job.result(),
        JobError.of(job.failure()),
        job.createdAt(),
        job.startedAt(),
        job.endedAt());
  }
}
