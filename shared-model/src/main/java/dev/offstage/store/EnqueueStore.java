package dev.offstage.store;

import static dev.offstage.store.Columns.textOf;
import static dev.offstage.store.Columns.texts;

import dev.offstage.job.Enqueued;
import dev.offstage.job.JobId;
import dev.offstage.job.JobState;
import dev.offstage.job.NewJob;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** Inserts jobs. A batch may be sent again after an unknown outcome. */
@Repository
public class EnqueueStore {
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
    insert(rows, Map.of());
    var answers = new ArrayList<Enqueued>(rows.size());
    rows.forEach(row -> answers.add(new Enqueued.Accepted(row.id(), state(row.job()))));
    return answers;
  }

  static JobState state(NewJob job) {
    return job.isDueAtOnce() ? JobState.AVAILABLE : JobState.SCHEDULED;
  }

  void insert(List<JobRow> rows, Map<JobId, Start> starts) {
    jdbc.sql(
            """
            with n as (
              select * from unnest(
                  :ids::uuid[], :tenants::text[], :owners::text[], :kinds::text[], :pools::text[],
                  :priorities::int[], :delayMs::text[]::bigint[], :runAts::text[]::timestamptz[],
                  :graceMs::bigint[], :expiries::text[]::timestamptz[], :maxAttempts::int[],
                  :payloads::text[], :payloadVersions::int[], :timeoutMs::bigint[],
                  :backoffs::text[], :tags::text[], :traceparents::text[], :uniqueKeys::text[],
                  :orderingKeys::text[], :concurrencyKeys::text[],
                  :concurrencyLimits::text[]::int[], :workflows::text[]::uuid[], :refs::text[],
                  :blocked::boolean[], :holds::text[], :pending::int[], :linked::boolean[])
                as n(id, tenant, owner, kind, pool, priority, delay_ms, run_at, grace_ms,
                     expires_at, max_attempts, payload, payload_version, timeout_ms, backoff, tags,
                     traceparent, unique_key, ordering_key, concurrency_key, concurrency_limit,
                     workflow, workflow_ref, blocked, holds, pending, linked)),
            inserted as (
              insert into job (
                  id, tenant, owner, kind, pool, priority, state, due_at, run_at, expires_at,
                  max_attempts, payload, payload_version, timeout, backoff, tags, traceparent,
                  unique_key, ordering_key, concurrency_key, concurrency_limit, workflow,
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
                     concurrency_limit, workflow, workflow_ref,
                     case when holds is not null then array[holds] end, pending, linked
              from n
              on conflict (id) do nothing
              returning tenant, kind, pool)
            insert into job_count_delta (tenant, kind, pool, state, n)
            select tenant, kind, pool, 'live', count(*) from inserted group by 1, 2, 3
            """)
        .param("ids", texts(rows, row -> row.id().toString()))
        .param("tenants", texts(rows, row -> row.job().tenant()))
        .param("owners", texts(rows, row -> row.job().owner()))
        .param("kinds", texts(rows, row -> row.job().kind().name()))
        .param("pools", texts(rows, JobRow::pool))
        .param(
            "priorities", rows.stream().mapToInt(row -> row.job().priority().ordinal()).toArray())
        .param("delayMs", texts(rows, row -> delayMillis(row.job())))
        .param("runAts", texts(rows, row -> textOf(row.job().runAt())))
        .param("graceMs", rows.stream().mapToLong(row -> row.ticketGrace().toMillis()).toArray())
        .param("expiries", texts(rows, row -> textOf(row.job().expiresAt())))
        .param("maxAttempts", rows.stream().mapToInt(row -> row.job().maxAttempts()).toArray())
        .param("payloads", texts(rows, row -> row.job().payload()))
        .param(
            "payloadVersions", rows.stream().mapToInt(row -> row.job().payloadVersion()).toArray())
        .param(
            "timeoutMs", rows.stream().mapToLong(row -> row.job().timeout().toMillis()).toArray())
        .param(
            "backoffs",
            texts(
                rows,
                row -> {
                  var backoff = row.job().backoff();
                  return backoff == null ? null : backoff.text();
                }))
        .param("tags", texts(rows, row -> tags(row.job())))
        .param("traceparents", texts(rows, JobRow::traceparent))
        .param(
            "uniqueKeys",
            texts(
                rows,
                row -> {
                  var unique = row.job().unique();
                  return unique == null ? null : unique.key();
                }))
        .param("orderingKeys", texts(rows, row -> row.job().orderingKey()))
        .param(
            "concurrencyKeys",
            texts(
                rows,
                row -> {
                  var concurrency = row.job().concurrency();
                  return concurrency == null ? null : concurrency.key();
                }))
        .param(
            "concurrencyLimits",
            texts(
                rows,
                row -> {
                  var concurrency = row.job().concurrency();
                  return concurrency == null ? null : Integer.toString(concurrency.limit());
                }))
        .param(
            "workflows",
            texts(
                rows,
                row -> {
                  var workflow = row.job().workflow();
                  return workflow == null ? null : workflow.workflow().toString();
                }))
        .param(
            "refs",
            texts(
                rows,
                row -> {
                  var workflow = row.job().workflow();
                  return workflow == null ? null : workflow.ref();
                }))
        .param("blocked", starts(rows, starts).map(Start::blocked).toArray(Boolean[]::new))
        .param("holds", texts(starts(rows, starts).toList(), Start::holds))
        .param("pending", starts(rows, starts).mapToInt(Start::pending).toArray())
        .param("linked", starts(rows, starts).map(Start::linked).toArray(Boolean[]::new))
        .update();
  }

  private static Stream<Start> starts(List<JobRow> rows, Map<JobId, Start> starts) {
    return rows.stream().map(row -> starts.getOrDefault(row.id(), Start.PLAIN));
  }

  private static @Nullable String delayMillis(NewJob job) {
    return job.delay().isZero() ? null : Long.toString(job.delay().toMillis());
  }

  /** As PostgreSQL spells an array; a tag has no character that needs quoting. */
  private static @Nullable String tags(NewJob job) {
    return job.tags().isEmpty() ? null : "{" + String.join(",", job.tags()) + "}";
  }
}
