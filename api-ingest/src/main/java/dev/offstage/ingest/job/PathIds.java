package dev.offstage.ingest.job;

import dev.offstage.job.JobId;
import dev.offstage.problem.ProblemException;
import dev.offstage.problem.ProblemType;

/** The ids of jobs in paths. */
final class PathIds {
  private PathIds() {}

  /**
   * @throws ProblemException if it cannot be one
   */
  static JobId job(String text) {
    try {
      return JobId.of(text);
    } catch (IllegalArgumentException e) {
      throw ProblemType.NOT_FOUND.because("There is no such job: an id is a UUID.");
    }
  }

  static ProblemException missing() {
    return ProblemType.NOT_FOUND.because("There is no such job.");
  }
}
