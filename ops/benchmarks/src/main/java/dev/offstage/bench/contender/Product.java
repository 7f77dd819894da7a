package dev.offstage.bench.contender;

import java.sql.SQLException;
import java.util.List;

/** What differs from one product that takes jobs and runs them to the next. */
public interface Product extends AutoCloseable {
  String name();

  /** All of its processes. */
  List<Jvm> processes();

  /** The process whose callers enqueue. */
  Jvm caller();

  Jvm worker();

  /** Kills the worker, as a crash does, and starts another process in its place. */
  void replaceWorker() throws Exception;

  /** Lets no job start until {@link #work}. */
  default void rest() throws Exception {
    worker().ask("stop");
  }

  default void work() throws Exception {
    worker().ask("start");
  }

  /** Forgets every job; none is running. */
  void clear() throws Exception;

  /** Whether there is a job that is due and has not ended, in what has been committed. */
  boolean anyLeft() throws SQLException;

  /** Whether it keeps jobs that have ended. */
  default boolean keepsHistory() {
    return true;
  }

  /**
   * How many have ended well, in what has been committed; where those are not kept, less than 0.
   */
  long ended() throws SQLException;

  /**
   * Makes copies of a job that has been enqueued, in the database itself.
   *
   * @param which of the jobs that are there is copied
   */
  void copy(Stage which, int times) throws SQLException;

  /** What a job has come to. */
  enum Stage {
    DUE,
    AHEAD,
    ENDED
  }

  /** Ends its processes. */
  @Override
  void close();
}
