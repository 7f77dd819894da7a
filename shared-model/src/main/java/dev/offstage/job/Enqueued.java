package dev.offstage.job;

import org.jspecify.annotations.Nullable;

/** What became of a job that was to be enqueued. */
public sealed interface Enqueued {

  /** It is durable. */
  record Accepted(JobId id, JobState state) implements Enqueued {}

  /**
   * It is durable already: the same idempotency key made this job, or the job that has its unique
   * key is kept.
   *
   * @param state as it was answered at first
   */
  record Existing(JobId id, JobState state) implements Enqueued {}

  /**
   * It is not, and nothing was changed.
   *
   * @param detail what was wrong, for the caller to read
   * @param holder the job that is in the way, if there is one
   */
  record Refused(Reason reason, String detail, @Nullable JobId holder) implements Enqueued {}

  /** Why a job was refused. */
  enum Reason {
    /** Its unique key is taken. */
    UNIQUE_KEY_TAKEN,
    /** Its idempotency key was used for something else. */
    IDEMPOTENCY_KEY_REUSED,
    /** It waits for a job or a workflow that the tenant does not have. */
    UNKNOWN_PARENT,
    /** Its workflow is unknown to the tenant, or has ended. */
    WORKFLOW_CLOSED
  }
}
