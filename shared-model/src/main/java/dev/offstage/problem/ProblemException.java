package dev.offstage.problem;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ProblemDetail;
import org.springframework.web.ErrorResponseException;

/** A refusal that is answered as it is: {@link ProblemType#because} makes one. */
public final class ProblemException extends ErrorResponseException {

  ProblemException(ProblemType type, String detail) {
    super(type.status(), body(type, detail), null);
  }

  private static ProblemDetail body(ProblemType type, String detail) {
    var body = ProblemDetail.forStatusAndDetail(type.status(), detail);
    body.setType(type.uri());
    body.setTitle(type.title());
    return body;
  }

  /** Names the offending parts, as the member {@code errors}. */
  public ProblemException errors(List<FieldProblem> errors) {
    return with("errors", errors);
  }

  /** Adds an extension member. */
  public ProblemException with(String member, Object value) {
    getBody().setProperty(member, value);
    return this;
  }

  /** Adds a header to the answer. */
  public ProblemException header(String name, String value) {
    getHeaders().add(name, value);
    return this;
  }

  /**
   * Adds {@code Retry-After}: {@code atLeast} and up to as much again, at random, so that a fleet
   * of phones does not come back at once.
   */
  public ProblemException retryAfter(Duration atLeast) {
    long seconds = Math.max(1, atLeast.toSeconds());
    long jittered = seconds + ThreadLocalRandom.current().nextLong(seconds + 1);
    return header(HttpHeaders.RETRY_AFTER, Long.toString(jittered));
  }
}
