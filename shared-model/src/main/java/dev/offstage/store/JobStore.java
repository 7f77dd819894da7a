package dev.offstage.store;

import dev.offstage.job.Job;
import dev.offstage.job.JobFailure;
import dev.offstage.job.JobId;
import dev.offstage.job.JobKind;
import dev.offstage.job.JobState;
import dev.offstage.job.Priority;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/**
 * The guarded verbs on jobs. Every verb takes a batch, makes one round trip, and may be repeated
 * after an unknown outcome.
 *
 * <p>Statements reach rows by primary key ({@code id = any}), so that the planner has no other way.
 */
@Repository
public class JobStore {
  private static final String COLUMNS =
      """
      id, tenant, owner, kind, pool, priority, state, attempt, max_attempts, claim_no, version,
      payload::text as payload, progress, progress_note, result::text as result,
      error_reason, error_message, created_at, due_at, started_at, ended_at
      """;

  private final JdbcClient jdbc;

  JobStore(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /** The same verbs over another connection pool. */
  public static JobStore over(JdbcClient jdbc) {
    return new JobStore(jdbc);
  }

  /** Inserts jobs; one that is there already (the batch is sent again) is left as it is. */
  public void insert(List<JobRow> rows) {
    jdbc.sql(
            """
            insert into job (id, tenant, owner, kind, pool, priority, state, due_at, max_attempts,
                             payload, timeout, traceparent)
            select id, tenant, owner, kind, pool, priority, state, now() + due_ms * interval '1 ms',
                   max_attempts, payload::jsonb, timeout_ms * interval '1 ms', traceparent
            from unnest(:ids::uuid[], :tenants::text[], :owners::text[], :kinds::text[],
                        :pools::text[], :priorities::int[], :states::text[], :dueMs::bigint[],
                        :maxAttempts::int[], :payloads::text[], :timeoutMs::bigint[],
                        :traceparents::text[])
              as n(id, tenant, owner, kind, pool, priority, state, due_ms, max_attempts, payload,
                   timeout_ms, traceparent)
            on conflict (id) do nothing
            """)
        .param("ids", texts(rows, row -> row.id().toString()))
        .param("tenants", texts(rows, row -> row.job().tenant()))
        .param("owners", texts(rows, row -> row.job().owner()))
        .param("kinds", texts(rows, row -> row.job().kind().name()))
        .param("pools", texts(rows, JobRow::pool))
        .param(
            "priorities", rows.stream().mapToInt(row -> row.job().priority().ordinal()).toArray())
        .param(
            "states",
            texts(
                rows,
                row ->
                    (row.job().delay().isPositive() ? JobState.SCHEDULED : JobState.AVAILABLE)
                        .text()))
        .param("dueMs", rows.stream().mapToLong(row -> row.dueIn().toMillis()).toArray())
        .param("maxAttempts", rows.stream().mapToInt(row -> row.job().maxAttempts()).toArray())
        .param("payloads", texts(rows, row -> row.job().payload()))
        .param(
            "timeoutMs", rows.stream().mapToLong(row -> row.job().timeout().toMillis()).toArray())
        .param("traceparents", texts(rows, JobRow::traceparent))
        .update();
  }

  /**
   * Claims jobs for a worker: those that nobody has claimed since their ticket was written, if the
   * worker is alive. Rescue, which says dead, waits for this statement, and this for rescue.
   */
  public List<ClaimedJob> claim(WorkerId worker, Collection<Claim> claims) {
    return jdbc.sql(
            """
            with alive as materialized (
              select id from worker where id = :worker and state = 'alive' for key share)
            update job j
            set state = 'running', claim_no = j.claim_no + 1, worker = :worker,
                attempt = j.attempt + 1, version = j.version + 1, started_at = now(),
                progress = 0, progress_note = null
            from unnest(:ids::uuid[], :claimNos::int[]) as c(id, claim_no)
            where j.id = any(:ids::uuid[]) and j.id = c.id and j.claim_no = c.claim_no
              and j.state in ('scheduled', 'available', 'retryable')
              and exists (select from alive)
            returning j.id, j.claim_no, j.tenant, j.owner, j.kind, j.payload::text as payload,
                      j.attempt, j.max_attempts,
                      (extract(epoch from j.timeout) * 1000)::bigint as timeout_ms, j.traceparent
            """)
        .param("worker", worker.value())
        .param("ids", texts(claims, claim -> claim.id().toString()))
        .param("claimNos", claims.stream().mapToInt(Claim::claimNo).toArray())
        .query(JobStore::claimed)
        .list();
  }

  /**
   * What of {@code claims} this worker holds: the answer to a {@link #claim} whose outcome is
   * unknown. No token is needed: the worker's id and the next {@code claim_no} name one claim only.
   */
  public List<ClaimedJob> claimedBy(WorkerId worker, Collection<Claim> claims) {
    return jdbc.sql(
            """
            select j.id, j.claim_no, j.tenant, j.owner, j.kind, j.payload::text as payload,
                   j.attempt, j.max_attempts,
                   (extract(epoch from j.timeout) * 1000)::bigint as timeout_ms, j.traceparent
            from job j, unnest(:ids::uuid[], :claimNos::int[]) as c(id, claim_no)
            where j.id = any(:ids::uuid[]) and j.id = c.id and j.claim_no = c.claim_no + 1
              and j.state = 'running' and j.worker = :worker
            """)
        .param("worker", worker.value())
        .param("ids", texts(claims, claim -> claim.id().toString()))
        .param("claimNos", claims.stream().mapToInt(Claim::claimNo).toArray())
        .query(JobStore::claimed)
        .list();
  }

  /**
   * Writes down how attempts ended, each if it still owns its job.
   *
   * @return the jobs whose settlement stands, also from an earlier try of the same batch; the
   *     others were no longer this worker's
   */
  public Set<JobId> settle(WorkerId worker, List<Settlement> settlements) {
    var ids =
        jdbc.sql(
                """
                with settlement as (
                  select * from unnest(:ids::uuid[], :claimNos::int[], :states::text[],
                      :counted::boolean[], :dueMs::text[]::bigint[], :results::text[], :reasons::text[],
                      :messages::text[])
                    as s(id, claim_no, state, counted, due_ms, result, reason, message)),
                settled as (
                  update job j
                  set state = s.state,
                      attempt = case when s.counted then j.attempt else j.attempt - 1 end,
                      due_at = now() + s.due_ms * interval '1 ms',
                      ended_at = case when s.due_ms is null then now() end,
                      progress = case when s.state = 'completed' then 1 else j.progress end,
                      result = coalesce(s.result::jsonb, j.result),
                      error_reason = case when s.state <> 'completed'
                          then coalesce(s.reason, j.error_reason) end,
                      error_message = case when s.state <> 'completed'
                          then coalesce(s.message, j.error_message) end,
                      interruptions = j.interruptions
                          + case when s.state = 'available' then 1 else 0 end,
                      version = j.version + 1
                  from settlement s
                  where j.id = any(:ids::uuid[]) and j.id = s.id and j.claim_no = s.claim_no
                    and j.worker = :worker and j.state = 'running'
                  returning j.id)
                select id from settled
                union all
                select j.id from job j, settlement s
                where j.id = any(:ids::uuid[]) and j.id = s.id and j.claim_no = s.claim_no
                  and j.worker = :worker and j.state <> 'running'
                """)
            .param("worker", worker.value())
            .param("ids", texts(settlements, s -> s.id().toString()))
            .param("claimNos", settlements.stream().mapToInt(Settlement::claimNo).toArray())
            .param("states", texts(settlements, s -> s.state().text()))
            .param("counted", settlements.stream().map(Settlement::counted).toArray(Boolean[]::new))
            .param("dueMs", texts(settlements, JobStore::dueMillis))
            .param("results", texts(settlements, Settlement::result))
            .param("reasons", texts(settlements, s -> reason(s.failure())))
            .param("messages", texts(settlements, s -> message(s.failure())))
            .query((row, n) -> jobId(row))
            .list();
    return new HashSet<>(ids);
  }

  /** Notes how far an attempt has come, if it still owns its job. */
  public boolean progress(WorkerId worker, JobId id, int claimNo, double fraction, String note) {
    return jdbc.sql(
                """
                update job set progress = :progress, progress_note = :note, version = version + 1
                where id = :id and claim_no = :claimNo and worker = :worker and state = 'running'
                """)
            .param("progress", fraction)
            .param("note", note)
            .param("id", id.value())
            .param("claimNo", claimNo)
            .param("worker", worker.value())
            .update()
        == 1;
  }

  /**
   * Locks the job until the transaction under way ends, if the attempt still owns it.
   *
   * @return whether it does; where it does not, the caller must roll back
   */
  public boolean fence(WorkerId worker, JobId id, int claimNo) {
    return jdbc.sql(
            """
            select id from job
            where id = :id and claim_no = :claimNo and worker = :worker and state = 'running'
            for no key update
            """)
        .param("id", id.value())
        .param("claimNo", claimNo)
        .param("worker", worker.value())
        .query((row, n) -> true)
        .optional()
        .orElse(false);
  }

  /** The jobs of a pool that have fallen due, longest first. */
  public List<DueJob> due(String pool, int limit) {
    return jdbc.sql(
            """
            select id, claim_no, priority, traceparent from job
            where pool = :pool and due_at <= now()
              and state in ('scheduled', 'available', 'retryable')
            order by due_at limit :limit
            """)
        .param("pool", pool)
        .param("limit", limit)
        .query(
            (row, n) ->
                new DueJob(
                    jobId(row),
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
            from job where pool = :pool and due_at > now()
            """)
        .param("pool", pool)
        .query((row, n) -> Optional.ofNullable(row.getObject("millis", Long.class)))
        .single()
        .map(Duration::ofMillis);
  }

  /** The pools that hold live jobs. */
  public List<String> pools() {
    // A skip scan: one index probe a pool, however many jobs wait.
    return jdbc.sql(
            """
            with recursive p as (
              (select pool from job where due_at is not null order by pool limit 1)
              union all
              select (select j.pool from job j where j.due_at is not null and j.pool > p.pool
                      order by j.pool limit 1)
              from p where p.pool is not null)
            select pool from p where pool is not null
            """)
        .query((row, n) -> row.getString("pool"))
        .list();
  }

  /** A job of a tenant and, where {@code owner} is not null, of that owner. */
  public Optional<Job> find(JobId id, String tenant, @Nullable String owner) {
    return jdbc.sql(
            "select "
                + COLUMNS
                + " from job where id = :id and tenant = :tenant"
                + " and (:owner::text is null or owner = :owner)")
        .param("id", id.value())
        .param("tenant", tenant)
        .param("owner", owner)
        .query(JobStore::job)
        .optional();
  }

  /** Those of {@code ids} that there are, whosever they are. */
  public List<Job> findAll(Collection<JobId> ids) {
    return jdbc.sql("select " + COLUMNS + " from job where id = any(:ids::uuid[])")
        .param("ids", texts(ids, JobId::toString))
        .query(JobStore::job)
        .list();
  }

  private static ClaimedJob claimed(ResultSet row, int n) throws SQLException {
    return new ClaimedJob(
        jobId(row),
        row.getInt("claim_no"),
        row.getString("tenant"),
        row.getString("owner"),
        new JobKind(row.getString("kind")),
        row.getString("payload"),
        row.getInt("attempt"),
        row.getInt("max_attempts"),
        Duration.ofMillis(row.getLong("timeout_ms")),
        row.getString("traceparent"));
  }

  private static Job job(ResultSet row, int n) throws SQLException {
    var reason = row.getString("error_reason");
    return new Job(
        jobId(row),
        row.getString("tenant"),
        row.getString("owner"),
        new JobKind(row.getString("kind")),
        row.getString("pool"),
        Priority.values()[row.getInt("priority")],
        JobState.of(row.getString("state")),
        row.getInt("attempt"),
        row.getInt("max_attempts"),
        row.getInt("claim_no"),
        row.getInt("version"),
        row.getString("payload"),
        row.getFloat("progress"),
        row.getString("progress_note"),
        row.getString("result"),
        reason == null ? null : new JobFailure(reason, row.getString("error_message")),
        row.getObject("created_at", OffsetDateTime.class).toInstant(),
        instant(row, "due_at"),
        instant(row, "started_at"),
        instant(row, "ended_at"));
  }

  private static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
    var time = row.getObject(column, OffsetDateTime.class);
    return time == null ? null : time.toInstant();
  }

  private static JobId jobId(ResultSet row) throws SQLException {
    return new JobId(row.getObject("id", UUID.class));
  }

  private static @Nullable String dueMillis(Settlement settlement) {
    var dueIn = settlement.dueIn();
    return dueIn == null ? null : Long.toString(dueIn.toMillis());
  }

  private static @Nullable String reason(@Nullable JobFailure failure) {
    return failure == null ? null : failure.reason();
  }

  private static @Nullable String message(@Nullable JobFailure failure) {
    return failure == null ? null : failure.message();
  }

  private interface Text<T> {
    @Nullable String of(T value);
  }

  private static <T> @Nullable String[] texts(Collection<T> values, Text<T> text) {
    var texts = new @Nullable String[values.size()];
    int i = 0;
    for (var value : values) {
      texts[i++] = text.of(value);
    }
    return texts;
  }
}
