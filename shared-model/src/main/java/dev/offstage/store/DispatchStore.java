package dev.offstage.store;

import static dev.offstage.store.Columns.texts;

import dev.offstage.job.JobId;
import dev.offstage.job.Priority;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * What a dispatcher asks: what is due, and what will be. However many jobs wait, each statement
 * reads about as many rows as it answers: every {@code order by} is that of an index, if the
 * connection is told so by {@link #IN_INDEX_ORDER}.
 */
public class DispatchStore {
  /**
   * Keeps the planner, who knows nothing of a partition that has just filled, from reading all of
   * it to sort it.
   */
  public static final String IN_INDEX_ORDER =
      "set enable_sort = off; set enable_bitmapscan = off; set enable_seqscan = off";

  /** Undoes {@link #IN_INDEX_ORDER}. */
  public static final String IN_ANY_ORDER =
      "reset enable_sort; reset enable_bitmapscan; reset enable_seqscan";

  /** Who may be ticketed, but for the order: the job is called j. */
  private static final String FREE = " and j.state in ('scheduled', 'available', 'retryable')\n";

  private static final String ROW =
      " j.id, j.due_at, j.claim_no, j.version, j.tenant, j.priority, j.crashes, j.kind,"
          + " j.payload_version, j.traceparent";

  /** A worker that left a moment ago is probably being deployed, and what it ran is not parked. */
  private static final String RUNS =
      """
      runs as materialized (
        select k.kind, max(k.version) as version
        from worker w, unnest(w.kinds, w.versions) as k(kind, version)
        where w.state = 'alive' or w.heartbeat_at > now() - :graceMs * interval '1 ms'
        group by k.kind)
      """;

  private final JdbcClient jdbc;

  DispatchStore(Db db) {
    this.jdbc = db.jdbc();
  }

  /** The same verbs over another connection. */
  public static DispatchStore over(Db db) {
    return new DispatchStore(db);
  }

  /**
   * One occasion to run a job.
   *
   * @param version of the job's row
   */
  public record Occasion(JobId id, int version) {}

  /**
   * What a dispatcher sees.
   *
   * @param paused whether operators have paused the pool; nothing else is told then
   * @param due longest due first
   * @param next how long until another falls due; empty if none lies ahead
   */
  public record Sight(boolean paused, List<DueJob> due, Optional<Duration> next) {}

  private record SightRow(boolean paused, @Nullable Long nextMillis, @Nullable DueJob job) {}

  /**
   * What of a pool is due, also what has a ticket that nobody has claimed yet.
   *
   * @param grace for how long after its last heartbeat a worker counts as one that runs its kinds
   */
  public Sight look(String pool, int limit, Duration grace) {
    var rows =
        jdbc.sql(
                "with "
                    + RUNS
                    + """
                    , pool as materialized (
                      select exists (select from gate where id = 'pool:' || :pool and paused) as paused)
                    select p.paused, r.version >= j.payload_version is true as runnable, j.*,
                      (select (extract(epoch from min(due_at) - now()) * 1000)::bigint from job
                       where pool = :pool and due_at > now() and due_at < 'infinity') as next_ms
                    from pool p
                    left join lateral (
                      select\
                    """
                    + ROW
                    + " from job j where j.pool = :pool and j.due_at <= now()"
                    + FREE
                    + """
                      order by j.due_at limit :limit) j on not p.paused
                    left join runs r on r.kind = j.kind
                    """)
            .param("pool", pool)
            .param("graceMs", grace.toMillis())
            .param("limit", limit)
            .query(
                (row, n) ->
                    new SightRow(
                        row.getBoolean("paused"),
                        row.getObject("next_ms", Long.class),
                        row.getObject("id") == null ? null : job(row, n)))
            .list();
    var due = new ArrayList<DueJob>(rows.size());
    for (var row : rows) {
      if (row.job != null) {
        due.add(row.job);
      }
    }
    var first = rows.getFirst();
    return new Sight(
        first.paused, due, Optional.ofNullable(first.nextMillis).map(Duration::ofMillis));
  }

  /**
   * A tenant's jobs of one priority, as a line before the dispatcher.
   *
   * @param due whether its first is due, or has been and runs
   */
  public record Line(Priority priority, String tenant, boolean due) {}

  /**
   * The lines of a pool that is not paused, priority by priority, each in the tenants' order from
   * behind a cursor and round to it. Skips from tenant to tenant, however many jobs each has.
   *
   * @param cursors the tenant behind whom to begin; empty for the first
   * @param most lines of a priority that are looked at, before and again after the end of the round
   */
  public List<Line> lines(String pool, Map<Priority, String> cursors, int most) {
    return jdbc.sql(
            """
            with recursive walk as (
              select p.priority, p.start, lap, case lap when 1 then p.start else '' end as tenant,
                     null::timestamptz as due_at, 0 as steps
              from unnest(:priorities::smallint[], :cursors::text[]) as p(priority, start),
                   generate_series(1, 2) as lap
              where not exists (select from gate where id = 'pool:' || :pool and paused)
              union all
              select w.priority, w.start, w.lap, n.tenant, n.due_at, w.steps + 1
              from walk w cross join lateral (
                select j.tenant, j.due_at from job j
                where j.pool = :pool and j.priority = w.priority and j.tenant > w.tenant
                  and j.due_at is not null
                order by j.tenant, j.due_at limit 1) n
              where w.steps < :most and (w.lap = 1 or n.tenant <= w.start))
            select priority, tenant, due_at <= now() as due from walk where steps > 0
            order by priority, lap, steps
            """)
        .param("pool", pool)
        .param("priorities", cursors.keySet().stream().mapToInt(Priority::ordinal).toArray())
        .param("cursors", texts(cursors.values(), cursor -> cursor))
        .param("most", most)
        .query(
            (row, n) ->
                new Line(
                    Priority.values()[row.getInt("priority")],
                    row.getString("tenant"),
                    row.getBoolean("due")))
        .list();
  }

  /** A place in a line: everything up to this job is before it. */
  public record Mark(Instant dueAt, JobId id) {
    public static Mark of(DueJob job) {
      return new Mark(job.dueAt(), job.id());
    }

    /** Whether this is further down the line. */
    public boolean isBehind(Mark other) {
      int order = dueAt.compareTo(other.dueAt);
      // Text, because UUIDs of Java are ordered as signed numbers and PostgreSQL's are not.
      return order > 0 || (order == 0 && id.toString().compareTo(other.id.toString()) > 0);
    }
  }

  /**
   * How many of a line to take at most.
   *
   * @param behind where to begin; null for the head
   */
  public record Take(Line line, int most, @Nullable Mark behind) {}

  /**
   * Jobs of lines, longest due first within each.
   *
   * @param except what needs no ticket, because it has one
   * @param grace see {@link #look}
   */
  public List<DueJob> heads(
      String pool, List<Take> takes, Collection<Occasion> except, Duration grace) {
    // Rows are compared as rows because only the index of lines can serve that: the planner may
    // not think of walking through everybody's jobs for those of one tenant.
    return jdbc.sql(
            "with "
                + RUNS
                + """
                select r.version >= j.payload_version is true as runnable, j.*
                from unnest(:priorities::smallint[], :tenants::text[], :mosts::int[],
                    :dues::timestamptz[], :lasts::uuid[])
                  with ordinality as l(priority, tenant, most, due_at, id, n)
                cross join lateral (
                  select\
                """
                + ROW
                + """
                  from job j
                  where j.pool = :pool and j.priority = l.priority and j.due_at is not null
                    and (j.tenant, j.due_at, j.id) > (l.tenant, l.due_at, l.id)
                    and (j.tenant, j.due_at) <= (l.tenant, now())
                """
                + FREE
                + """
                    and (j.id, j.version) not in
                      (select * from unnest(:ids::uuid[], :versions::int[]))
                  order by j.tenant, j.due_at, j.id limit l.most) j
                left join runs r on r.kind = j.kind
                order by l.n, j.due_at, j.id
                """)
        .param("pool", pool)
        .param("ids", texts(except, occasion -> occasion.id().toString()))
        .param("versions", except.stream().mapToInt(Occasion::version).toArray())
        .param("graceMs", grace.toMillis())
        .param("priorities", takes.stream().mapToInt(t -> t.line().priority().ordinal()).toArray())
        .param("tenants", texts(takes, take -> take.line().tenant()))
        .param("mosts", takes.stream().mapToInt(Take::most).toArray())
        .param("dues", texts(takes, t -> t.behind == null ? "-infinity" : t.behind.dueAt))
        .param("lasts", texts(takes, t -> t.behind == null ? new UUID(0, 0) : t.behind.id))
        .query(DispatchStore::job)
        .list();
  }

  private static DueJob job(ResultSet row, int n) throws SQLException {
    return new DueJob(
        JobRows.id(row, n),
        row.getObject("due_at", OffsetDateTime.class).toInstant(),
        row.getInt("claim_no"),
        row.getInt("version"),
        row.getString("tenant"),
        Priority.values()[row.getInt("priority")],
        row.getInt("crashes"),
        row.getBoolean("runnable"),
        row.getString("traceparent"));
  }
}
