package dev.offstage.store;

import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** How many jobs there are. Reads counts that each batch has left, never the jobs. */
@Repository
public class JobCountStore {
  private final JdbcClient jdbc;

  JobCountStore(Db db) {
    this.jdbc = db.jdbc();
  }

  /** The same counts over another connection pool. */
  public static JobCountStore over(Db db) {
    return new JobCountStore(db);
  }

  /**
   * @param state live, completed, cancelled or discarded
   */
  public record Count(String kind, String pool, String state, long jobs) {}

  /** How many jobs a tenant has. */
  public List<Count> counts(String tenant) {
    return jdbc.sql(
            """
            select kind, pool, state, sum(n) as n from (
              select kind, pool, state, n from job_count where tenant = :tenant
              union all select kind, pool, state, n from job_count_delta where tenant = :tenant) c
            group by kind, pool, state having sum(n) <> 0 order by kind, pool, state
            """)
        .param("tenant", tenant)
        .query(
            (row, n) ->
                new Count(
                    row.getString("kind"),
                    row.getString("pool"),
                    row.getString("state"),
                    row.getLong("n")))
        .list();
  }

  /** How many jobs a pool has, over all tenants. */
  public record PoolCount(String pool, String state, long jobs) {}

  /** How many jobs the pools have. */
  public List<PoolCount> poolCounts() {
    return jdbc.sql(
            """
            select pool, state, sum(n) as n from (
              select pool, state, n from job_count
              union all select pool, state, n from job_count_delta) c
            group by pool, state having sum(n) <> 0 order by pool, state
            """)
        .query(
            (row, n) ->
                new PoolCount(row.getString("pool"), row.getString("state"), row.getLong("n")))
        .list();
  }

  /** Tenants that have, or had, jobs; at most so many. */
  public List<String> tenants(int limit) {
    return jdbc.sql(
            """
            select distinct tenant from (
              select tenant from job_count union all select tenant from job_count_delta) c
            order by tenant limit :limit
            """)
        .param("limit", limit)
        .query((row, n) -> String.valueOf(row.getString("tenant")))
        .list();
  }
}
