package dev.offstage.store;

import static dev.offstage.store.Columns.texts;

import dev.offstage.job.JobId;
import dev.offstage.job.JobState;
import dev.offstage.job.UniqueKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.ConcurrencyFailureException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** What owners and operators do to jobs: cancel, hasten, redrive. One transaction a call. */
@Repository
public class JobVerbs {
  private static final String REVIVE =
      """
      with revived as (
        update job j
        set state = 'available', outcome = null, ended_at = null, claim_no = j.claim_no + 1,
            due_at = case when n.behind then 'infinity' else n.due end, run_at = n.due,
            attempt = 0, crashes = 0, interruptions = 0, expires_at = null,
            cancel_reason = null, progress = 0, progress_note = null, pending = 0,
            holds = case when n.turn then array['order:' || j.tenant || '/' || j.ordering_key]
                end,
            version = j.version + 1
        from (select id, behind, turn, now() + (n - 1) * :spacingMs * interval '1 ms' as due
              from unnest(:ids::uuid[], :behind::boolean[], :turns::boolean[])
                with ordinality as a(id, behind, turn, n)) n
        where j.id = any(:ids::uuid[]) and j.id = n.id
          and j.outcome in ('discarded', 'cancelled')
        returning j.id, j.tenant, j.kind, j.pool, j.workflow),
      counted as (
        insert into job_count_delta (tenant, kind, pool, state, n)
        select r.tenant, r.kind, r.pool, s.state, sum(s.n)
        from revived r join job before on before.id = r.id,
          lateral (values ('live', 1), (before.outcome, -1)) as s(state, n)
        group by 1, 2, 3, 4),
      members as (
        update workflow w
        set live = w.live + m.n, cancelled = w.cancelled - m.cancelled,
            discarded = w.discarded - m.discarded, ended_at = null
        from (select r.workflow, count(*) as n,
                     count(*) filter (where before.outcome = 'cancelled') as cancelled,
                     count(*) filter (where before.outcome = 'discarded') as discarded
              from revived r join job before on before.id = r.id
              where r.workflow is not null group by 1) m
        where w.id = m.workflow),
      forgotten as (
        update call_wait w
        set closed_at = coalesce(w.closed_at, now()), acted_attempt = null
        from revived r
        where w.job_id = any(:ids::uuid[]) and w.job_id = r.id)
      select count(*) from revived
      """;

  private final Db db;
  private final JdbcClient jdbc;
  private final Links links;

  JobVerbs(Db db) {
    this.db = db;
    this.jdbc = db.jdbc();
    this.links = new Links(jdbc);
  }

  /** The same verbs over another connection pool. */
  public static JobVerbs over(Db db) {
    return new JobVerbs(db);
  }

  /**
   * What a cancel came to.
   *
   * @param states the jobs that there are, and their states now: one that is running is asked to
   *     end, one that had ended is left as it was
   */
  public record Cancelled(Map<JobId, JobState> states, List<Touched> touched) {}

  /**
   * Cancels jobs of a tenant and, where {@code owner} is not null, of that owner: at once where
   * they do not run. Where they do, their worker interrupts them, within a second.
   *
   * @param reason for people
   */
  public Cancelled cancel(
      Collection<JobId> ids, String tenant, @Nullable String owner, String reason) {
    return db.transactions().execute(status -> cancelled(ids, tenant, owner, reason));
  }

  private Cancelled cancelled(
      Collection<JobId> ids, String tenant, @Nullable String owner, String reason) {
    links.lock(ids);
    var ended = new ArrayList<JobId>();
    jdbc.sql(
            """
            update job
            set state = case when state = 'running' then 'running' else 'cancelled' end,
                outcome = case when state <> 'running' then 'cancelled' end,
                ended_at = case when state <> 'running' then now() end,
                due_at = case when state = 'running' then due_at end,
                error_reason = case when state = 'running' then error_reason else 'cancelled' end,
                error_message = case when state = 'running' then error_message else :reason end,
                cancel_reason = coalesce(cancel_reason, :reason), version = version + 1
            where id = any(:ids::uuid[]) and tenant = :tenant
              and (:owner::text is null or owner = :owner) and ended_at is null
            returning id, outcome is not null as ended
            """)
        .param("reason", reason)
        .param("ids", texts(ids, JobId::toString))
        .param("tenant", tenant)
        .param("owner", owner)
        .query(
            row -> {
              if (row.getBoolean("ended")) {
                ended.add(new JobId(row.getObject("id", UUID.class)));
              }
            });
    return new Cancelled(states(ids, tenant, owner), links.follow(ended, List.of()));
  }

  private Map<JobId, JobState> states(
      Collection<JobId> ids, String tenant, @Nullable String owner) {
    var states = new LinkedHashMap<JobId, JobState>();
    jdbc.sql(
            """
            select id, state from job
            where id = any(:ids::uuid[]) and tenant = :tenant
              and (:owner::text is null or owner = :owner)
            order by id
            """)
        .param("ids", texts(ids, JobId::toString))
        .param("tenant", tenant)
        .param("owner", owner)
        .query(
            row -> {
              states.put(
                  new JobId(row.getObject("id", UUID.class)), JobState.of(row.getString("state")));
            });
    return states;
  }

  // Hasten ----------------------------------------------------------------------------------------

  /**
   * Lets jobs of a tenant that wait for a time, or for their next attempt, fall due now.
   *
   * @return the pools of those that did, by job
   */
  public Map<JobId, String> hasten(Collection<JobId> ids, String tenant) {
    var hastened = new LinkedHashMap<JobId, String>();
    jdbc.sql(
            """
            update job set due_at = now(), run_at = now(), version = version + 1
            where id = any(:ids::uuid[]) and tenant = :tenant
              and state in ('scheduled', 'retryable') and ended_at is null
              and due_at > now() and due_at < 'infinity'
            returning id, pool
            """)
        .param("ids", texts(ids, JobId::toString))
        .param("tenant", tenant)
        .query(
            row -> {
              hastened.put(new JobId(row.getObject("id", UUID.class)), row.getString("pool"));
            });
    return hastened;
  }

  // Redrive ---------------------------------------------------------------------------------------

  /**
   * What a redrive came to. Jobs that are neither discarded nor cancelled, or not the tenant's, are
   * in neither.
   *
   * @param redriven in the order in which they fall due
   * @param refused and why
   */
  public record Redriven(List<JobId> redriven, Map<JobId, String> refused, Set<String> duePools) {}

  private record Ended(
      JobId id,
      String pool,
      String kind,
      @Nullable String uniqueKey,
      @Nullable String orderingKey) {}

  /**
   * Lets discarded and cancelled jobs of a tenant start anew, with all their attempts before them.
   * Keys are taken again: a job whose unique key another has by now is refused, one with an
   * ordering key goes to the end of its line.
   *
   * @param spacing between one falling due and the next
   */
  public Redriven redrive(Collection<JobId> ids, String tenant, Duration spacing) {
    return db.transactions().execute(status -> redriven(ids, tenant, spacing));
  }

  private Redriven redriven(Collection<JobId> ids, String tenant, Duration spacing) {
    var refused = new LinkedHashMap<JobId, String>();
    var going = ended(ids, tenant);
    takeUniqueKeys(going, tenant, refused);
    going = going.stream().filter(job -> !refused.containsKey(job.id())).toList();
    var holds = lineUp(going, tenant);
    if (revive(going, holds, spacing) < going.size()) {
      throw new ConcurrencyFailureException("somebody else redrives the same jobs");
    }
    var pools = new HashSet<String>();
    going.forEach(job -> pools.add(job.pool()));
    return new Redriven(going.stream().map(Ended::id).toList(), refused, pools);
  }

  private List<Ended> ended(Collection<JobId> ids, String tenant) {
    return jdbc.sql(
            """
            select id, pool, kind, unique_key, ordering_key from job
            where id = any(:ids::uuid[]) and tenant = :tenant
              and outcome in ('discarded', 'cancelled')
            order by id
            """)
        .param("ids", texts(ids, JobId::toString))
        .param("tenant", tenant)
        .query(
            (row, n) ->
                new Ended(
                    JobRows.id(row, n),
                    row.getString("pool"),
                    row.getString("kind"),
                    row.getString("unique_key"),
                    row.getString("ordering_key")))
        .list();
  }

  private void takeUniqueKeys(List<Ended> going, String tenant, Map<JobId, String> refused) {
    var requests = new ArrayList<UniqueKeys.Request>();
    for (var job : going) {
      if (job.uniqueKey() != null) {
        var whileLive = new UniqueKey(job.uniqueKey(), UniqueKey.Policy.KEEP, null);
        requests.add(new UniqueKeys.Request(job.id(), tenant, job.kind(), whileLive));
      }
    }
    for (var taken : new UniqueKeys(jdbc).take(requests)) {
      if (taken.holder() != null) {
        refused.put(taken.job(), "its unique key is taken by the job " + taken.holder());
      }
    }
  }

  /** Which of the jobs have their turn at their ordering key at once. */
  private Set<JobId> lineUp(List<Ended> going, String tenant) {
    var entries = new ArrayList<OrderingKeys.Entry>();
    for (var job : going) {
      if (job.orderingKey() != null) {
        entries.add(new OrderingKeys.Entry(job.id(), tenant, job.orderingKey()));
      }
    }
    return new OrderingKeys(jdbc).lineUp(entries);
  }

  private int revive(List<Ended> going, Set<JobId> firsts, Duration spacing) {
    var columns =
        Columns.of(going)
            .text("ids", Ended::id)
            .flags("behind", job -> job.orderingKey() != null && !firsts.contains(job.id()))
            .flags("turns", job -> firsts.contains(job.id()));
    return jdbc.sql(REVIVE)
        .param("spacingMs", spacing.toMillis())
        .params(columns.arrays())
        .query(Integer.class)
        .single();
  }
}
