package dev.offstage.store;

import dev.offstage.job.Priority;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** What a dispatcher asks: what is due, and what will be. */
@Repository
public class DispatchStore {
  private final JdbcClient jdbc;

  DispatchStore(Db db) {
    this.jdbc = db.jdbc();
  }

  /** The same verbs over another connection. */
  public static DispatchStore over(Db db) {
    return new DispatchStore(db);
  }

  /** The jobs of a pool that have fallen due and that a live worker can run, longest first. */
  public List<DueJob> due(String pool, int limit) {
    return jdbc.sql(
            """
            select id, claim_no, priority, traceparent from job
            where pool = :pool and due_at <= now()
              and state in ('scheduled', 'available', 'retryable')
              and kind in (select unnest(kinds) from worker where state = 'alive')
            order by due_at limit :limit
            """)
        .param("pool", pool)
        .param("limit", limit)
        .query(
            (row, n) ->
                new DueJob(
                    JobRows.id(row, n),
                    row.getInt("claim_no"),
                    Priority.values()[row.getInt("priority")],
                    row.getString("traceparent")))
        .list();
  }

  /** How long until the next job of a pool falls due; empty if none lies ahead. */
  public Optional<Duration> nextDue(String pool) {
    return jdbc.sql(
            """
            select (extract(epoch from min(due_at) - now()) * 1000)::bigint as millis
            from job where pool = :pool and due_at > now() and due_at < 'infinity'
            """)
        .param("pool", pool)
        .query((row, n) -> Optional.ofNullable(row.getObject("millis", Long.class)))
        .single()
        .map(Duration::ofMillis);
  }
}
