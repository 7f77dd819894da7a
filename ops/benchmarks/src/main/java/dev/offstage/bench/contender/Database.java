package dev.offstage.bench.contender;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** A contender's database, as the bench looks into it. */
final class Database implements AutoCloseable {
  private final Connection connection;

  Database(String url) throws SQLException {
    connection = DriverManager.getConnection(url);
  }

  void execute(String sql) throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** The only value of the only row. */
  String ask(String sql) throws SQLException {
    try (var statement = connection.createStatement();
        var rows = statement.executeQuery(sql)) {
      rows.next();
      @Nullable String value = rows.getString(1);
      return String.valueOf(value);
    }
  }

  /** Keeps promises about disks, as every contender must find it. */
  void requireDurability() throws SQLException {
    for (var setting : new String[] {"fsync", "synchronous_commit", "full_page_writes"}) {
      var value = ask("show " + setting);
      if (!value.equals("on")) {
        throw new IllegalStateException("PostgreSQL: " + setting + "=" + value + " (expected: on)");
      }
    }
  }

  @Override
  public void close() {
    try {
      connection.close();
    } catch (SQLException e) {
      // It goes with the server.
      return;
    }
  }
}
