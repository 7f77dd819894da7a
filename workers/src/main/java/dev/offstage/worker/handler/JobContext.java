package dev.offstage.worker.handler;

import dev.offstage.job.JobId;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What an attempt knows and may do. For the attempt's own thread. */
public interface JobContext {

  JobId jobId();

  String tenant();

  /** The end user whom the job belongs to; null for the tenant's own. */
  @Nullable String owner();

  /** From 1; attempts that a crash or a shutdown ended are not counted. */
  int attempt();

  /** Differs for every claim of the job, also for attempts that are not counted. */
  int claimNo();

  /** Until the attempt is interrupted. */
  Duration timeLeft();

  /**
   * Tells how far the attempt has come. Cheap: written and published at most twice a second.
   *
   * @param fraction 0 to 1
   * @param note for people, such as {@code 2 of 6 variants}
   */
  void progress(double fraction, String note);

  /**
   * Runs {@code work} in a transaction that commits only while this attempt owns the job. This is
   * how a handler makes its results visible, all or none.
   *
   * @throws ClaimLostException if the job is no longer this attempt's; nothing was committed
   */
  <T> T inTransaction(Supplier<T> work);
}
