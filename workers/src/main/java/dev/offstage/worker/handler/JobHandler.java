package dev.offstage.worker.handler;

import dev.offstage.job.JobKind;
import dev.offstage.job.Outcome;
import java.util.Optional;

/**
 * Runs the jobs of one kind. A Spring bean; found at start. A kind that two handlers claim stops
 * the start.
 *
 * @param <P> the payload: a record that JSON is read into
 */
public interface JobHandler<P> {

  JobKind kind();

  Class<P> payloadType();

  /** The version of the payload that {@link #payloadType} is; from 1, raised with each change. */
  default int payloadVersion() {
    return 1;
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
