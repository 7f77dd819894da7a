package dev.offstage.store;

import dev.offstage.job.Backoff;
import dev.offstage.job.ConcurrencyKey;
import dev.offstage.job.Enqueued;
import dev.offstage.job.JobId;
import dev.offstage.job.JobState;
import dev.offstage.job.Membership;
import dev.offstage.job.NewJob;
import dev.offstage.job.UniqueKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.ConcurrencyFailureException;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** Inserts jobs. A batch may be sent again after an unknown outcome. */
@Repository
public class EnqueueStore {
  private static final String ALL_COLUMNS =
      """
      select * from unnest(
          :ids::uuid[], :tenants::text[], :owners::text[], :kinds::text[], :pools::text[],
          :priorities::int[], :graceMs::bigint[], :maxAttempts::int[], :payloads::text[],
          :payloadVersions::int[], :timeoutMs::bigint[], :traceparents::text[],
          :delayMs::text[]::bigint[], :runAts::text[]::timestamptz[],
          :expiries::text[]::timestamptz[], :backoffs::text[], :tags::text[],
          :uniqueKeys::text[], :orderingKeys::text[], :concurrencyKeys::text[],
          :concurrencyLimits::text[]::int[], :destinations::text[], :workflows::text[]::uuid[], :refs::text[],
          :blocked::boolean[], :holds::text[], :pending::int[], :linked::boolean[])
        as n(id, tenant, owner, kind, pool, priority, grace_ms, max_attempts, payload,
             payload_version, timeout_ms, traceparent, delay_ms, run_at, expires_at, backoff, tags,
             unique_key, ordering_key, concurrency_key, concurrency_limit, destination, workflow,
             workflow_ref, blocked, holds, pending, linked)\
      """;

  /** What most jobs have; the rest is known when the statement is planned. */
  private static final String COMMON_COLUMNS =
      """
      select n.*, null::bigint as delay_ms, null::timestamptz as run_at,
             null::timestamptz as expires_at, null::text as backoff, null::text as tags,
             null::text as unique_key, null::text as ordering_key, null::text as concurrency_key,
             null::int as concurrency_limit, null::text as destination, null::uuid as workflow,
             null::text as workflow_ref, false as blocked, null::text as holds, 0 as pending, false as linked
      from unnest(
          :ids::uuid[], :tenants::text[], :owners::text[], :kinds::text[], :pools::text[],
          :priorities::int[], :graceMs::bigint[], :maxAttempts::int[], :payloads::text[],
          :payloadVersions::int[], :timeoutMs::bigint[], :traceparents::text[])
        as n(id, tenant, owner, kind, pool, priority, grace_ms, max_attempts, payload,
             payload_version, timeout_ms, traceparent)\
      """;

  private static final String INSERT =
      """
      with n as (%s),
      inserted as (
        insert into job (
            id, tenant, owner, kind, pool, priority, state, due_at, run_at, expires_at,
            max_attempts, payload, payload_version, timeout, backoff, tags, traceparent,
            unique_key, ordering_key, concurrency_key, concurrency_limit, destination, workflow,
            workflow_ref, holds, pending, linked)
        select id, tenant, owner, kind, pool, priority,
               case when pending > 0 then 'waiting'
                    when greatest(run_at, now() + delay_ms * interval '1 ms') > now()
                      then 'scheduled'
                    else 'available' end,
               case when pending > 0 or blocked then 'infinity'
                    else greatest(now(), run_at, now() + delay_ms * interval '1 ms')
                      + grace_ms * interval '1 ms' end,
               coalesce(run_at, now() + delay_ms * interval '1 ms'), expires_at, max_attempts,
               payload::jsonb, payload_version, timeout_ms * interval '1 ms', backoff,
               tags::text[], traceparent, unique_key, ordering_key, concurrency_key,
               concurrency_limit, destination, workflow, workflow_ref,
               case when holds is not null then array[holds] end, pending, linked
        from n
        %s
        returning tenant, kind, pool)
      insert into job_count_delta (tenant, kind, pool, state, n)
      select tenant, kind, pool, 'live', count(*) from inserted group by 1, 2, 3
      """;

  private static final String INSERT_ALL = INSERT.formatted(ALL_COLUMNS, "");
  private static final String INSERT_COMMON = INSERT.formatted(COMMON_COLUMNS, "");

  /** For a batch that may be there already; to look costs each job a fifth of its insert. */
  private static final String INSERT_AGAIN =
      INSERT.formatted(ALL_COLUMNS, "on conflict (id) do nothing");

  private final JdbcClient jdbc;

  EnqueueStore(Db db) {
    this.jdbc = db.jdbc();
  }

  /** The same verbs over another connection pool. */
  public static EnqueueStore over(Db db) {
    return new EnqueueStore(db);
  }

  /**
   * How a job begins beside what was asked for.
   *
   * @param blocked it waits for its turn, or for a unique key
   * @param holds the gate whose slot it has from the start
   * @param pending how many jobs it waits for
   */
  record Start(boolean blocked, @Nullable String holds, int pending, boolean linked) {
    static final Start PLAIN = new Start(false, null, 0, false);

    Start behind() {
      return new Start(true, holds, pending, linked);
    }

    Start holding(String gate) {
      return new Start(blocked, gate, pending, linked);
    }
  }

  /** Inserts jobs that concern no other row; one that is there already is left as it is. */
  public List<Enqueued> insert(List<JobRow> rows) {
    try {
      if (rows.stream().allMatch(EnqueueStore::isCommon)) {
        jdbc.sql(INSERT_COMMON).params(common(rows).arrays()).update();
      } else {
        insert(INSERT_ALL, rows, Map.of());
      }
    } catch (DuplicateKeyException e) {
      // Sent again after an unknown outcome. Never so in a caller's transaction, where it would be
      // too late.
      insert(INSERT_AGAIN, rows, Map.of());
    }
    var answers = new ArrayList<Enqueued>(rows.size());
    rows.forEach(row -> answers.add(new Enqueued.Accepted(row.id(), state(row.job()))));
    return answers;
  }

  static JobState state(NewJob job) {
    return job.isDueAtOnce() ? JobState.AVAILABLE : JobState.SCHEDULED;
  }

  /** Inserts jobs in a transaction that has to start over if some are there already. */
  void insert(List<JobRow> rows, Map<JobId, Start> starts) {
    try {
      insert(INSERT_ALL, rows, starts);
    } catch (DuplicateKeyException e) {
      throw new ConcurrencyFailureException("the same batch is being enqueued twice", e);
    }
  }

  private void insert(String statement, List<JobRow> rows, Map<JobId, Start> starts) {
    var columns = common(rows);
    addOptions(columns);
    var begins =
        Columns.of(rows.stream().map(row -> starts.getOrDefault(row.id(), Start.PLAIN)).toList())
            .flags("blocked", Start::blocked)
            .text("holds", Start::holds)
            .ints("pending", Start::pending)
            .flags("linked", Start::linked);
    jdbc.sql(statement).params(columns.arrays()).params(begins.arrays()).update();
  }

  private static boolean isCommon(JobRow row) {
    var job = row.job();
    return job.isDueAtOnce()
        && !job.isLinked()
        && job.expiresAt() == null
        && job.backoff() == null
        && job.concurrency() == null
        && job.destination() == null
        && job.tags().isEmpty();
  }

  private static Columns<JobRow> common(List<JobRow> rows) {
    return Columns.of(rows)
        .text("ids", JobRow::id)
        .text("tenants", row -> row.job().tenant())
        .text("owners", row -> row.job().owner())
        .text("kinds", row -> row.job().kind().name())
        .text("pools", JobRow::pool)
        .ints("priorities", row -> row.job().priority().ordinal())
        .longs("graceMs", row -> row.ticketGrace().toMillis())
        .ints("maxAttempts", row -> row.job().maxAttempts())
        .text("payloads", row -> row.job().payload())
        .ints("payloadVersions", row -> row.job().payloadVersion())
        .longs("timeoutMs", row -> row.job().timeout().toMillis())
        .text("traceparents", JobRow::traceparent);
  }

  private static void addOptions(Columns<JobRow> columns) {
    columns
        .text("delayMs", row -> delayMillis(row.job()))
        .text("runAts", row -> row.job().runAt())
        .text("expiries", row -> row.job().expiresAt())
        .text("backoffs", row -> row.job().backoff(), Backoff::text)
        .text("tags", row -> tags(row.job()))
        .text("uniqueKeys", row -> row.job().unique(), UniqueKey::key)
        .text("orderingKeys", row -> row.job().orderingKey())
        .text("concurrencyKeys", row -> row.job().concurrency(), ConcurrencyKey::key)
        .text("concurrencyLimits", row -> row.job().concurrency(), ConcurrencyKey::limit)
        .text("destinations", row -> row.job().destination())
        .text("workflows", row -> row.job().workflow(), Membership::workflow)
        .text("refs", row -> row.job().workflow(), Membership::ref);
  }

  private static @Nullable String delayMillis(NewJob job) {
    return job.delay().isZero() ? null : Long.toString(job.delay().toMillis());
  }

  /** As PostgreSQL spells an array; a tag has no character that needs quoting. */
  private static @Nullable String tags(NewJob job) {
    return job.tags().isEmpty() ? null : "{" + String.join(",", job.tags()) + "}";
  }
}
