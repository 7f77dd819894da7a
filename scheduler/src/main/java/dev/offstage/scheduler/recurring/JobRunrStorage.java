package dev.offstage.scheduler.recurring;

import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.jobrunr.jobs.mappers.JobMapper;
import org.jobrunr.storage.StorageProvider;
import org.jobrunr.storage.StorageProviderUtils.DatabaseOptions;
import org.jobrunr.storage.sql.postgres.PostgresStorageProvider;
import org.jobrunr.utils.mapper.JsonMapper;
import org.jobrunr.utils.mapper.jackson3.Jackson3JsonMapper;
import org.springframework.dao.DataAccessResourceFailureException;

/** Where JobRunr keeps what it knows: tables of its own, in a schema of their own. */
final class JobRunrStorage {
  private static final String SCHEMA = "jobrunr.";

  private JobRunrStorage() {}

  static JsonMapper json() {
    return new Jackson3JsonMapper();
  }

  /**
   * Makes the tables where they are missing; one node at a time, as JobRunr's own lock is not there
   * before the first of them.
   */
  static StorageProvider open(DataSource dataSource, JsonMapper json) {
    try (var connection = dataSource.getConnection()) {
      run(connection, "select pg_advisory_lock(hashtext('offstage.jobrunr'))");
      try {
        var storage = new PostgresStorageProvider(dataSource, SCHEMA, DatabaseOptions.CREATE);
        storage.setJobMapper(new JobMapper(json));
        return storage;
      } finally {
        run(connection, "select pg_advisory_unlock(hashtext('offstage.jobrunr'))");
      }
    } catch (SQLException e) {
      throw new DataAccessResourceFailureException("JobRunr's tables could not be made", e);
    }
  }

  private static void run(Connection connection, String sql) throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
