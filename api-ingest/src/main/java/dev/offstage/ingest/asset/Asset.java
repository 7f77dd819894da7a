package dev.offstage.ingest.asset;

import dev.offstage.job.JobFailure;
import dev.offstage.job.JobId;
import dev.offstage.job.JobState;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An asset as it stands, with what its job says of it.
 *
 * @param job null for one that needs no work, or whose job is no longer kept
 */
record Asset(
    UUID id,
    String tenant,
    @Nullable String owner,
    String mediaType,
    @Nullable String filename,
    long byteSize,
    @Nullable Integer width,
    @Nullable Integer height,
    @Nullable String blurhash,
    @Nullable String thumbhash,
    @Nullable String dominantColor,
    Instant createdAt,
    boolean ready,
    @Nullable Work job) {

  /** The job that makes its first variants. */
  record Work(JobId id, JobState state, float progress, @Nullable JobFailure failure) {}

  enum State {
    PROCESSING,
    READY,
    FAILED
  }

  /** Derived, so that it is never written twice: whether work goes on is the job's to say. */
  State state() {
    if (ready) {
      return State.READY;
    }
    return job == null || job.state() == JobState.DISCARDED || job.state() == JobState.CANCELLED
        ? State.FAILED
        : State.PROCESSING;
  }

  /** Why it failed; null unless it did. */
  @Nullable JobFailure failure() {
    if (state() != State.FAILED) {
      return null;
    }
    var known = job == null ? null : job.failure();
    if (known != null) {
      return known;
    }
    return job != null && job.state() == JobState.CANCELLED
        ? new JobFailure("cancelled", "The work on this asset was cancelled.")
        : new JobFailure("unknown", "The job that failed is no longer kept.");
  }
}
