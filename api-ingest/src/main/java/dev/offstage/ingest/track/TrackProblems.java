package dev.offstage.ingest.track;

import dev.offstage.problem.ProblemException;
import dev.offstage.problem.ProblemType;
import java.io.IOException;
import java.time.Duration;

/**
 * What a client of the tracking API is told. The SDKs throw away what is answered with 400, 401,
 * 403 or 413, and send again what is answered with 429 or 503: so the former are for what can never
 * be taken, and every trouble of ours is one of the latter.
 */
final class TrackProblems {
  private static final Duration SHORTLY = Duration.ofSeconds(5);

  private TrackProblems() {}

  /** Not to be sent again: it cannot become better. */
  static ProblemException bad(String detail) {
    return ProblemType.INVALID_REQUEST.because(detail);
  }

  /**
   * Without a key that is in force. The SDK drops what it sent: so it is for a revoked key, whose
   * apps would else send for ever.
   */
  static ProblemException noKey() {
    return ProblemType.UNAUTHENTICATED.because(
        "This needs a write key in force: Authorization: Basic with the key as the user and no"
            + " password, or the member writeKey.");
  }

  static ProblemException brokerAway() {
    return ProblemType.UNAVAILABLE
        .because("Your events cannot be kept at the moment; please send them again shortly.")
        .retryAfter(SHORTLY);
  }

  /**
   * The phone's network was slow or went away: another answer than these two, and data are lost.
   */
  static ProblemException cutOff(IOException e) {
    var problem =
        ProblemType.UNAVAILABLE
            .because("The body ended, or stalled, before it was whole; please send it again.")
            .retryAfter(SHORTLY);
    problem.addSuppressed(e);
    return problem;
  }

  static ProblemException noRoom() {
    return ProblemType.TOO_MANY_REQUESTS
        .because("More events are under way than fit; please send yours again shortly.")
        .retryAfter(SHORTLY);
  }

  static ProblemException tooMany(Duration wait) {
    return ProblemType.TOO_MANY_REQUESTS
        .because("This write key sends more events than it may; please send these again later.")
        .retryAfter(wait);
  }
}
