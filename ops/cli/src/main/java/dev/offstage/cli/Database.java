package dev.offstage.cli;

import dev.offstage.store.Db;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The database that a command works on. */
final class Database {
  @Option(
      names = "--db",
      paramLabel = "URL",
      scope = ScopeType.INHERIT,
      defaultValue = "${env:OFFSTAGE_DB}",
      description = "JDBC URL of the database; OFFSTAGE_DB where it is not given.")
  @Nullable String url;

  /**
   * @throws IllegalStateException if nobody says where it is
   */
  Db db() {
    if (url == null || url.isBlank()) {
      throw new IllegalStateException(
          "no database: start ops/run, give --db jdbc:postgresql://..., or set OFFSTAGE_DB");
    }
    return Db.over(new DriverManagerDataSource(url));
  }
}
