package dev.offstage.worker.handler;

import dev.offstage.job.JobId;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
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

  /**
   * The same for every attempt at the job and for no other job: to be given to whoever is called on
   * its behalf, so that they can tell a repeated call.
   */
  default String idempotencyKey() {
    return jobId().toString();
  }

  /**
   * The deadline: how long until the attempt is interrupted because its time is up; negative after
   * that. A duration and not an instant, because no two clocks need to agree for it: give it as the
   * time-out to whatever is called.
   */
  Duration timeLeft();

  /**
   * Whether the attempt is to end now: somebody cancelled the job, its time is up, or the worker
   * stops. The thread was interrupted then, too; this is for handlers that do not block.
   */
  boolean isCancelled();

  /**
   * Tells how far the attempt has come. Cheap: written and published at most twice a second.
   *
   * @param fraction 0 to 1
   * @param note for people, such as {@code 2 of 6 variants}
   */
  void progress(double fraction, String note);

  /**
   * Adds a line to the log that shows on the job. Cheap, and never fails: lines are written in the
   * background, within about half a second. A line is cut after 2,000 characters, and an attempt's
   * log ends after 1,000 lines.
   */
  void log(String line);

  /**
   * Does {@code work} unless an earlier attempt at the job has done it, and keeps its result, so
   * that a handler of five steps whose third fails resumes at the third. The work itself is done at
   * least once: a worker may die between its end and its result's being kept.
   *
   * @param name of the step, unique within the handler, at most 200 characters
   * @param type of the result, which JSON is made of and read into
   * @return what the work came to, now or then; never null
   * @throws ClaimLostException if the job is no longer this attempt's; the result was not kept
   */
  <T> T step(String name, Class<T> type, Callable<T> work) throws Exception;

  /** Work without a result. */
  interface Work {
    void run() throws Exception;
  }

  /** {@link #step(String, Class, Callable)} for work without a result. */
  void step(String name, Work work) throws Exception;

  /**
   * What the jobs came to that this one waited for: their results as JSON text, under their names
   * in the workflow, or their ids where they have none. A job without a result is not there.
   */
  Map<String, String> parentResults();

  /**
   * Runs {@code work} in a transaction that commits only while this attempt owns the job. This is
   * how a handler makes its results visible, all or none.
   *
   * @throws ClaimLostException if the job is no longer this attempt's; nothing was committed
   */
  <T> T inTransaction(Supplier<T> work);
}
