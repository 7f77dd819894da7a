package dev.offstage.bench.search;

import dev.offstage.bench.contender.Database;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;

/** Indexes of the job table that can be taken away and made again. */
public final class Indexes {
  /** Those that only searches use. */
  private static final List<String> SEARCH =
      List.of(
          "job_live", "job_ended", "job_failed", "job_of_owner", "job_tagged", "job_error_words");

  private final Database database;
  private final Map<String, String> statements;

  private Indexes(Database database, Map<String, String> statements) {
    this.database = database;
    this.statements = statements;
  }

  /**
   * @param which a condition on {@code pg_indexes}
   */
  static Indexes of(Database database, String which) throws SQLException {
    return new Indexes(
        database,
        database.pairs(
            "select indexname, replace(indexdef, ' ON ONLY ', ' ON ') from pg_indexes"
                + " where tablename = 'job' and "
                + which));
  }

  /** The indexes for searching. */
  public static Indexes ofSearch(Database database) throws SQLException {
    var indexes = of(database, "indexname in ('" + String.join("', '", SEARCH) + "')");
    if (indexes.statements.size() != SEARCH.size()) {
      throw new IllegalStateException(
          "indexes for searching: " + indexes.statements.keySet() + " (expected: " + SEARCH + ")");
    }
    return indexes;
  }

  public void drop() throws SQLException {
    for (var index : statements.keySet()) {
      database.execute("drop index if exists " + index);
    }
  }

  /** Makes those that are missing. */
  public void create() throws SQLException {
    for (var index : statements.entrySet()) {
      if (database.ask("select to_regclass('" + index.getKey() + "') is null").equals("t")) {
        database.execute(index.getValue());
      }
    }
  }
}
