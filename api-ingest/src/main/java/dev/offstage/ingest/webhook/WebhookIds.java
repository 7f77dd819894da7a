package dev.offstage.ingest.webhook;

import dev.offstage.job.JobId;
import dev.offstage.problem.ProblemException;
import dev.offstage.problem.ProblemType;
import java.util.UUID;

/** The ids in paths. Another tenant's does not exist for the caller. */
final class WebhookIds {
  private WebhookIds() {}

  /**
   * @throws ProblemException if it cannot be one
   */
  static UUID endpoint(String text) {
    try {
      return JobId.of(text).value();
    } catch (IllegalArgumentException e) {
      throw ProblemType.NOT_FOUND.because("There is no such endpoint: an id is a UUID.");
    }
  }

  static ProblemException noEndpoint() {
    return ProblemType.NOT_FOUND.because("There is no such endpoint.");
  }

  /**
   * @throws ProblemException if it cannot be one
   */
  static JobId delivery(String text) {
    try {
      return JobId.of(text);
    } catch (IllegalArgumentException e) {
      throw ProblemType.NOT_FOUND.because("There is no such delivery: an id is a UUID.");
    }
  }

  static ProblemException noDelivery() {
    return ProblemType.NOT_FOUND.because("There is no such delivery.");
  }
}
