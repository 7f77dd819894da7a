package dev.offstage.worker.destination;

import java.time.Duration;

/**
 * Why no call is made now.
 *
 * @param again when the job is to come again; at the destination's gate it then waits for as long
 *     as that is shut
 */
record Refusal(String why, Duration again) {
  /** Long enough for what has just been written to be seen, and not all at once. */
  private static final Duration SOON = Duration.ofMillis(100);

  static Refusal soon(String why) {
    return new Refusal(why, SOON);
  }
}
