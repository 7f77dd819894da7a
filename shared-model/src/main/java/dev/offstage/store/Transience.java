package dev.offstage.store;

import java.sql.SQLException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTransientException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.TransientDataAccessException;
import org.springframework.jdbc.CannotGetJdbcConnectionException;

/** Tells failures that pass from those that stay, and outlives the former. */
public final class Transience {
  private static final Duration FIRST_PAUSE = Duration.ofMillis(20);
  private static final Duration LONGEST_PAUSE = Duration.ofMillis(500);

  private Transience() {}

  /**
   * Whether the same work may succeed when it is tried again: PostgreSQL is away, restarts or
   * recovers, the connection broke, a deadlock or a lock time-out.
   */
  public static boolean of(Throwable failure) {
    for (Throwable at = failure; at != null; at = at.getCause()) {
      if (at instanceof TransientDataAccessException
          || at instanceof DataAccessResourceFailureException
          || at instanceof CannotGetJdbcConnectionException
          || at instanceof SQLTransientException
          || at instanceof SQLRecoverableException
          || (at instanceof SQLException sql && passes(sql.getSQLState()))) {
        return true;
      }
    }
    return false;
  }

  /**
   * Does what may be repeated, again and again after failures that pass, until it is done, {@code
   * atMost} is over or the thread is interrupted; then with the last failure.
   */
  public static <T> T patiently(Duration atMost, Supplier<T> verb) {
    long start = System.nanoTime();
    var pause = FIRST_PAUSE;
    while (true) {
      try {
        return verb.get();
      } catch (RuntimeException e) {
        if (!of(e) || System.nanoTime() - start > atMost.toNanos()) {
          throw e;
        }
        LockSupport.parkNanos(pause.toNanos());
        if (Thread.currentThread().isInterrupted()) {
          throw e;
        }
      }
      pause = pause.compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : pause;
    }
  }

  // PostgreSQL, appendix A: 08 connection, 40 rollback, 53 resources, 55P03 lock, 57P server away.
  private static boolean passes(@Nullable String state) {
    return state != null
        && (state.startsWith("08")
            || state.startsWith("40")
            || state.startsWith("53")
            || state.startsWith("57P")
            || state.equals("55P03"));
  }
}
