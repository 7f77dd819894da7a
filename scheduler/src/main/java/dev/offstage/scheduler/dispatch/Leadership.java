package dev.offstage.scheduler.dispatch;

import dev.offstage.store.Db;
import dev.offstage.store.DispatchStore;
import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

/**
 * One pool's leadership: a PostgreSQL advisory lock. Holds the connection that the lock lives on,
 * and the leader's queries run on it, so that who has lost the lock cannot go on.
 */
final class Leadership implements AutoCloseable {
  private final Connection connection;
  private final DispatchStore store;

  private Leadership(Connection connection) {
    this.connection = connection;
    this.store = DispatchStore.over(Db.over(new SingleConnectionDataSource(connection, true)));
  }

  /** Leads the pool, or null if somebody else does. */
  static @Nullable Leadership take(DataSource dataSource, String pool) throws SQLException {
    var connection = dataSource.getConnection();
    try {
      if (lock(connection, "select pg_try_advisory_lock(hashtext(?))", pool)) {
        return new Leadership(connection);
      }
    } catch (SQLException e) {
      connection.close();
      throw e;
    }
    connection.close();
    return null;
  }

  private static boolean lock(Connection connection, String sql, String pool) throws SQLException {
    try (var statement = connection.prepareStatement(sql)) {
      statement.setString(1, "offstage.dispatch." + pool);
      try (var row = statement.executeQuery()) {
        return row.next() && row.getBoolean(1);
      }
    }
  }

  DispatchStore store() {
    return store;
  }

  /** Gives the connection back without its locks. */
  @Override
  public void close() throws SQLException {
    try (connection;
        var statement = connection.createStatement()) {
      statement.execute("select pg_advisory_unlock_all()");
    }
  }
}
