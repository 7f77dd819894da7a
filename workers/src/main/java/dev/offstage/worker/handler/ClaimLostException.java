package dev.offstage.worker.handler;

import dev.offstage.job.JobId;

/** The job is no longer this attempt's: its lease lapsed and another worker may have it by now. */
public final class ClaimLostException extends RuntimeException {
  public ClaimLostException(JobId job) {
    super("job " + job + " is no longer this attempt's");
  }
}
