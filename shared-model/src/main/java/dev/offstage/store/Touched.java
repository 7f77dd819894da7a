package dev.offstage.store;

import dev.offstage.job.JobId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.UUID;

/**
 * A job that a verb changed beside those it was called for: one that waited and may run now, or one
 * that ended with another.
 *
 * @param due whether it can be ticketed now
 */
public record Touched(JobId id, String pool, boolean due) {
  static Touched of(ResultSet row, int n) throws SQLException {
    return new Touched(
        new JobId(row.getObject("id", UUID.class)), row.getString("pool"), row.getBoolean("due"));
  }
}
