package dev.offstage.job;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** How one attempt at a job ended. */
public sealed interface Outcome {

  /**
   * Done.
   *
   * @param result JSON text, or null for no result
   */
  record Complete(@Nullable String result) implements Outcome {}

  /**
   * Failed; tried again unless the attempts are spent.
   *
   * @param delay how long to wait, or null to let the retry policy say
   */
  record Retry(JobFailure failure, @Nullable Duration delay) implements Outcome {}

  /** Not now, and nobody's fault: the attempt is not counted. */
  record Snooze(Duration delay) implements Outcome {}

  /** Called off: there is nothing left to do. */
  record Cancel(String why) implements Outcome {}

  /** Failed for good: no more attempts. */
  record Discard(JobFailure failure) implements Outcome {}

  /** The worker shuts down or lost its lease: handed back at once, the attempt not counted. */
  record Interrupted() implements Outcome {}
}
