package dev.offstage.worker.media;

import dev.offstage.job.JobFailure;

/** The image, or what is asked of it, is at fault: trying again would end the same. */
public final class ImageRefusedException extends Exception {
  private final transient JobFailure failure;

  ImageRefusedException(String reason, String message) {
    super(message);
    failure = new JobFailure(reason, message);
  }

  public JobFailure failure() {
    return failure;
  }
}
