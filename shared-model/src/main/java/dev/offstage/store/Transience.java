package dev.offstage.store;

import java.sql.SQLException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTransientException;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.TransientDataAccessException;
import org.springframework.jdbc.CannotGetJdbcConnectionException;

/** Tells failures that pass from those that stay. */
public final class Transience {
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
