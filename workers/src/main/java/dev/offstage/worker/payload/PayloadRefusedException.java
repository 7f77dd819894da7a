package dev.offstage.worker.payload;

import dev.offstage.job.JobFailure;

/** The payload is not one that the handler can run, and never will be. */
public final class PayloadRefusedException extends Exception {
  private final transient JobFailure failure;

  PayloadRefusedException(String reason, String message) {
    super(message);
    this.failure = new JobFailure(reason, message);
  }

  /** What the job is discarded with. */
  public JobFailure failure() {
    return failure;
  }
}
