package dev.offstage.bench.contender;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A contender's database, as the bench looks into it. */
public final class Database implements AutoCloseable {
  private static final String COLUMNS =
      """
      select quote_ident(attname) from pg_attribute
      where attrelid = '%s'::regclass and attnum > 0 and not attisdropped and attidentity = ''
      order by attnum
      """;

  private final String url;
  private final Connection connection;

  public Database(String url) throws SQLException {
    this.url = url;
    connection = DriverManager.getConnection(url);
  }

  public void execute(String sql) throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** Another connection to the same. */
  public Database another() throws SQLException {
    return new Database(url);
  }

  /** What rows of two columns say. */
  public Map<String, String> pairs(String sql) throws SQLException {
    var pairs = new TreeMap<String, String>();
    try (var statement = connection.createStatement();
        var rows = statement.executeQuery(sql)) {
      while (rows.next()) {
        pairs.put(rows.getString(1), rows.getString(2));
      }
    }
    return pairs;
  }

  /** The only value of the only row. */
  public String ask(String sql) throws SQLException {
    try (var statement = connection.createStatement();
        var rows = statement.executeQuery(sql)) {
      rows.next();
      @Nullable String value = rows.getString(1);
      return String.valueOf(value);
    }
  }

  /**
   * Copies a row many times within its table, each with a new UUID, {@code c.id}, and its number,
   * {@code c.n}, from 1.
   *
   * @param where says which row; the first that fits
   * @param changes what a copy has in its stead, by column
   */
  void copy(String table, String where, Map<String, String> changes, int times)
      throws SQLException {
    var columns = new ArrayList<String>();
    var values = new ArrayList<String>();
    try (var statement = connection.createStatement();
        var rows = statement.executeQuery(COLUMNS.formatted(table))) {
      while (rows.next()) {
        var column = rows.getString(1);
        columns.add(column);
        values.add(changes.getOrDefault(column, "t." + column));
      }
    }
    var sql =
        "insert into %1$s (%2$s) select %3$s from (select * from %1$s where %4$s limit 1) t,"
            + " (select n, gen_random_uuid()::text as id from generate_series(1, %5$d) n) c";
    execute(
        sql.formatted(table, String.join(", ", columns), String.join(", ", values), where, times));
    // As autovacuum would sooner or later, and then in the middle of a measurement.
    execute("vacuum (analyze) " + table);
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
