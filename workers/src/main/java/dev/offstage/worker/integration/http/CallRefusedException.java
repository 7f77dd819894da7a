package dev.offstage.worker.integration.http;

import dev.offstage.job.JobFailure;

/** A call that cannot be made as its payload says, however often it is tried. */
final class CallRefusedException extends Exception {
  private final transient JobFailure failure;

  CallRefusedException(String reason, String message) {
    super(message);
    this.failure = new JobFailure(reason, message);
  }

  JobFailure failure() {
    return failure;
  }
}
