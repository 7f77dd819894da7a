package dev.offstage.store;

import java.util.Collection;
import java.util.List;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Takes ended jobs out of the database, with all that is about them alone. */
public final class JobErasure {
  /** What names a job in a column {@code job_id}; of the first ones, in partitions of its day. */
  private static final List<String> ABOUT_JOBS =
      List.of("job_step", "job_log", "webhook_delivery", "webhook_attempt", "call_wait", "parked");

  private final JdbcClient jdbc;

  private JobErasure(Db db) {
    this.jdbc = db.jdbc();
  }

  public static JobErasure over(Db db) {
    return new JobErasure(db);
  }

  /**
   * Erases those of the jobs that have ended. In a transaction of the caller's, which also chose
   * them.
   *
   * @return how many
   */
  public int erase(Collection<UUID> jobs) {
    if (jobs.isEmpty()) {
      return 0;
    }
    var ids =
        jdbc.sql(
                """
                delete from job
                where id = any(:ids) and id between :least and :most and outcome is not null
                returning id
                """)
            .param("ids", jobs.toArray(UUID[]::new))
            .param("least", least(jobs))
            .param("most", most(jobs))
            .query((row, n) -> row.getObject(1, UUID.class))
            .list();
    if (!ids.isEmpty()) {
      eraseAbout(ids);
    }
    return ids.size();
  }

  private void eraseAbout(List<UUID> ids) {
    for (var table : ABOUT_JOBS) {
      jdbc.sql(
              "delete from "
                  + table
                  + " where job_id = any(:ids) and job_id between :least and :most")
          .param("ids", ids.toArray(UUID[]::new))
          .param("least", least(ids))
          .param("most", most(ids))
          .update();
    }
    // Whoever waited for one of them still has its place; that goes with the child.
    jdbc.sql("delete from job_dependency where child_id = any(:ids)")
        .param("ids", ids.toArray(UUID[]::new))
        .update();
    for (var table : List.of("push_part", "push_fanout")) {
      jdbc.sql("delete from " + table + " where push = any(:ids)")
          .param("ids", ids.toArray(UUID[]::new))
          .update();
    }
  }

  // As PostgreSQL orders them: by their bytes, which UUID.compareTo does not.
  private static UUID least(Collection<UUID> ids) {
    return ids.stream().min(JobErasure::compare).orElseThrow();
  }

  private static UUID most(Collection<UUID> ids) {
    return ids.stream().max(JobErasure::compare).orElseThrow();
  }

  private static int compare(UUID a, UUID b) {
    int high = Long.compareUnsigned(a.getMostSignificantBits(), b.getMostSignificantBits());
    return high != 0
        ? high
        : Long.compareUnsigned(a.getLeastSignificantBits(), b.getLeastSignificantBits());
  }
}
