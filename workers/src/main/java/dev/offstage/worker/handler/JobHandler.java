package dev.offstage.worker.handler;

import dev.offstage.job.Backoff;
import dev.offstage.job.JobKind;
import dev.offstage.job.Outcome;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * Runs the jobs of one kind. A Spring bean; found at start. A kind that two handlers claim stops
 * the start.
 *
 * @param <P> the payload: a record that JSON is read into. Its Jakarta Validation constraints are
 *     checked; a payload that breaks one is discarded, with the field and what was expected
 */
public interface JobHandler<P> {

  JobKind kind();

  /**
   * What JSON is read into: by default what the class says for {@code P}, where it says so.
   *
   * @throws IllegalStateException if the class does not; such a handler must say it here
   */
  @SuppressWarnings("unchecked")
  default Class<P> payloadType() {
    return (Class<P>)
        PayloadTypes.of(getClass())
            .orElseThrow(
                () ->
                    new IllegalStateException(
                        getClass().getName()
                            + ": payloadType is missing (expected: a method that says it, since"
                            + " the class names no type for P)"));
  }

  /** The version of the payload that {@link #payloadType} is; from 1, raised with each change. */
  default int payloadVersion() {
    return 1;
  }

  /**
   * Lifts a payload by one version. Asked step by step, from the job's version to {@link
   * #payloadVersion}, so that jobs that were enqueued before a deploy still run after it.
   *
   * @param from the version that {@code payload} has; what is returned has the next
   * @return empty if this version is not supported any more: the job is discarded and says so
   */
  default Optional<JsonNode> upcast(int from, JsonNode payload) {
    return Optional.empty();
  }

  /** How long failed attempts wait, unless whoever enqueued the job says otherwise. */
  default Backoff backoff() {
    return Backoff.DEFAULT;
  }

  /**
   * Runs one attempt. Thrown exceptions are a {@link Outcome.Retry}; {@link InterruptedException}
   * means that the time is up, the job was cancelled or the worker stops, and must end the attempt.
   */
  Outcome run(P payload, JobContext context) throws Exception;

  /**
   * Why this worker cannot run the kind (a native library that is missing, say), or empty if it
   * can. Asked at start; the worker then leaves the kind's jobs to others and says so in its
   * health.
   */
  default Optional<String> lacks() {
    return Optional.empty();
  }
}
