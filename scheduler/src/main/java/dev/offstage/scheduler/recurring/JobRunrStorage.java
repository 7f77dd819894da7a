package dev.offstage.scheduler.recurring;

import dev.offstage.store.Db;
import javax.sql.DataSource;
import org.jobrunr.jobs.mappers.JobMapper;
import org.jobrunr.storage.StorageProvider;
import org.jobrunr.storage.StorageProviderUtils.DatabaseOptions;
import org.jobrunr.storage.sql.postgres.PostgresStorageProvider;
import org.jobrunr.utils.mapper.JsonMapper;
import org.jobrunr.utils.mapper.jackson3.Jackson3JsonMapper;

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
  static StorageProvider open(DataSource dataSource, Db db, JsonMapper json) {
    return db.transactions()
        .execute(
            status -> {
              db.jdbc()
                  .sql("select pg_advisory_xact_lock(hashtext('offstage.jobrunr'))")
                  .query((row, n) -> n)
                  .list();
              var storage = new PostgresStorageProvider(dataSource, SCHEMA, DatabaseOptions.CREATE);
              storage.setJobMapper(new JobMapper(json));
              return storage;
            });
  }
}
