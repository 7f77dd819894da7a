package dev.offstage.worker.onward;

import dev.offstage.job.JobFailure;
import dev.offstage.job.Outcome;
import dev.offstage.onward.EventDestination;
import dev.offstage.onward.OnwardQueue.Batch;
import dev.offstage.worker.handler.JobContext;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A way on which events leave. */
interface Receiver {

  /** What this worker lacks to go that way; empty if nothing. */
  default Optional<String> lacks() {
    return Optional.empty();
  }

  /** Sends a batch, which is not empty, and waits for what comes of it. */
  Result send(EventDestination destination, Batch batch, JobContext context) throws Exception;

  /** What came of it. */
  sealed interface Result {}

  /** All of it is there for good. */
  record Taken() implements Result {}

  /**
   * Nothing was sent.
   *
   * @param outcome what the attempt is to end with
   */
  record NotNow(Outcome outcome) implements Result {}

  /**
   * Not all of it may be there: it is to be sent again.
   *
   * @param delay until then; null as the job's backoff says
   * @param patience after nothing but failures for so long the destination is paused; null for
   *     never, zero for at once
   */
  record Failed(JobFailure failure, @Nullable Duration delay, @Nullable Duration patience)
      implements Result {}
}
