package dev.offstage.worker.destination;

import dev.offstage.job.Outcome;

/** What came of the wish to call a destination. */
public sealed interface Called<T> {

  /** The call was made, and this is what it returned. */
  record Answered<T>(T answer) implements Called<T> {}

  /**
   * No call was made: the destination is shut, or its quota is spent.
   *
   * @param outcome what the attempt is to end with. It burns no attempt; the job then waits at the
   *     destination's gate
   * @param why for people
   */
  record NotNow<T>(Outcome outcome, String why) implements Called<T> {}
}
