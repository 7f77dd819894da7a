package dev.offstage.worker.destination;

import java.time.Duration;

/** What an answer says of its destination: not of the job, whose outcome is another matter. */
public sealed interface Verdict {
  Verdict HEALTHY = new Healthy();
  Verdict IRRELEVANT = new Irrelevant();

  /** It works, whatever it thinks of this call. */
  record Healthy() implements Verdict {}

  /**
   * It does not: too many of these shut it.
   *
   * @param why for people; shown on the jobs that wait
   */
  record Unhealthy(String why) implements Verdict {}

  /**
   * It works, but wants a pause: it is shut for so long.
   *
   * @param why for people; shown on the jobs that wait
   */
  record SlowDown(Duration pause, String why) implements Verdict {}

  /** It says nothing: no call was made, or none that depends on the other side. */
  record Irrelevant() implements Verdict {}
}
