package dev.offstage.store;

import static dev.offstage.store.Columns.texts;

import dev.offstage.job.JobId;
import java.util.Collection;
import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * What every verb does around a change of jobs that concern other rows, within its transaction:
 * lock them and their keys first, follow up what left them last. The functions are those of {@code
 * R__engine.sql}.
 */
final class Links {
  private final JdbcClient jdbc;

  Links(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /** Locks jobs, and the unique keys that their ends concern before them. */
  void lock(Collection<JobId> ids) {
    jdbc.sql("select lock_ends(:ids::uuid[])")
        .param("ids", texts(ids, JobId::toString))
        .query((row, n) -> n)
        .list();
  }

  /**
   * What follows for other jobs.
   *
   * @param ended jobs that have just ended
   * @param left jobs that have left {@code running} otherwise
   */
  List<Touched> follow(Collection<JobId> ended, Collection<JobId> left) {
    if (ended.isEmpty() && left.isEmpty()) {
      return List.of();
    }
    return jdbc.sql("select * from after_settling(:ended::uuid[], :left::uuid[])")
        .param("ended", texts(ended, JobId::toString))
        .param("left", texts(left, JobId::toString))
        .query(Touched::of)
        .list();
  }
}
