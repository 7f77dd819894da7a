package dev.offstage.scheduler.lead;

import dev.offstage.store.Db;
import dev.offstage.store.DispatchStore;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

/**
 * A PostgreSQL advisory lock. Holds the connection that the lock lives on, and the leader's queries
 * run on it.
 */
final class Leadership implements AutoCloseable {
  private final Connection connection;
  private final Db db;

  private Leadership(Connection connection) {
    this.connection = connection;
    this.db = Db.over(new SingleConnectionDataSource(connection, true));
  }

  /**
   * Leads, or null if somebody else does.
   *
   * @param patience how long a statement may take; null for one that reads a few rows by an index
   */
  static @Nullable Leadership take(DataSource dataSource, String what, @Nullable Duration patience)
      throws SQLException {
    var connection = dataSource.getConnection();
    try {
      if (lock(connection, what)) {
        if (patience == null) {
          run(connection, DispatchStore.IN_INDEX_ORDER);
        } else {
          connection.setNetworkTimeout(Runnable::run, (int) patience.toMillis());
        }
        return new Leadership(connection);
      }
    } catch (SQLException e) {
      connection.close();
      throw e;
    }
    connection.close();
    return null;
  }

  private static boolean lock(Connection connection, String what) throws SQLException {
    try (var statement = connection.prepareStatement("select pg_try_advisory_lock(hashtext(?))")) {
      statement.setString(1, "offstage." + what);
      try (var row = statement.executeQuery()) {
        return row.next() && row.getBoolean(1);
      }
    }
  }

  Db db() {
    return db;
  }

  private static void run(Connection connection, String sql) throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** Gives the connection back as it came. */
  @Override
  public void close() throws SQLException {
    try (connection) {
      run(connection, "select pg_advisory_unlock_all(); " + DispatchStore.IN_ANY_ORDER);
    }
  }
}
