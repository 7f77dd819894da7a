package dev.offstage.scheduler.batch;

import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The verbs. Each that changes something takes part in its caller's transaction, or is one of its
 * own: what was asked for is durable when that commits, and then any node takes it up, within a
 * second or two. So an act and the record of it can be one commit.
 *
 * <p>Each throws {@link BatchRefusedException} where what is asked for makes no sense; an id that
 * nobody knows is such a case, with the field {@code execution} or {@code range}.
 */
public interface Batches {

  /** The batches that there are, by name. */
  List<Batch> all();

  /**
   * Starts a batch.
   *
   * @param parameters as text, checked against those that the batch takes; what is left out has its
   *     default
   * @param startedBy who, for people; at most 200 characters
   * @return the execution's id
   */
  long start(String batch, Map<String, String> parameters, StartMode mode, String startedBy);

  /**
   * Starts one execution for each day of a range, the first day first, all from their beginning,
   * whether they ran before or not. A day that runs already just then is waited for, and run again.
   *
   * @param from the first day
   * @param to the last day; at most 3660 after the first
   * @param atOnce how many may be live at a time, 1 to 50
   * @param others the parameters besides {@code from} and {@code to}
   * @return the range's id
   */
  long startRange(
      String batch,
      LocalDate from,
      LocalDate to,
      int atOnce,
      Map<String, String> others,
      String startedBy);

  /** Begins no more days of a range. What runs goes on. */
  void stopRange(long range);

  /**
   * Lets a failed or stopped execution go on from its last chunk; it must be the latest of its run.
   *
   * @return the id of the execution that goes on
   */
  long restart(long execution, String startedBy);

  /** Stops one that waits at once, one that runs at the end of its chunk. */
  void stop(long execution);

  /** Lets a failed or stopped execution never be restarted. */
  void abandon(long execution);

  Optional<BatchRun> find(long execution);

  /**
   * Executions, newest first.
   *
   * @param before only those with a smaller id; null for the newest
   * @param limit 1 to 200
   */
  List<BatchRun> list(BatchFilter filter, @Nullable Long before, int limit);

  Optional<BatchRange> findRange(long range);

  /**
   * Ranges, newest first.
   *
   * @param before as with {@link #list}
   */
  List<BatchRange> listRanges(@Nullable Long before, int limit);

  /**
   * What an execution, and those that it goes on from, skipped, oldest first.
   *
   * @param after only those with a greater id; null for the first
   * @param limit 1 to 1000
   */
  List<BatchSkip> skips(long execution, @Nullable Long after, int limit);
}
