package dev.offstage.store;

import static dev.offstage.store.Columns.texts;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toCollection;

import dev.offstage.job.Job;
import dev.offstage.job.JobId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/**
 * The guarded verbs of an attempt, from its claim to its settlement. Every verb takes a batch,
 * makes one round trip where no other row is concerned, and may be repeated after an unknown
 * outcome.
 *
 * <p>Statements reach rows by primary key ({@code id = any}), so that the planner has no other way;
 * the bounds beside it spare partitions that hold none of them. For the same reason {@code due_at}
 * stands in a {@code coalesce}, which no index serves: the planner took the index of what is due,
 * with all its rows, for as good a way into a partition of which it knew nothing. What is the same
 * for all is a scalar of the statement: a join with a row for each job would be planned for a
 * handful, as a loop in a loop, and cost a batch of hundreds more than its writes.
 */
@Repository
public class JobStore {
  /**
   * For a worker's own connections: its statements are the same all day and reach rows by primary
   * key. No plan is better than that one, nor worth planning anew.
   */
  public static final String PLAN_ONCE =
      "set plan_cache_mode = force_generic_plan; set enable_seqscan = off;"
          + " set enable_bitmapscan = off";

  /**
   * The worker is locked for the first job that it can have: a batch of which gates have all would
   * otherwise wait for a commit that writes nothing but that lock.
   */
  private static final String CLAIM =
      """
      with alive as materialized (
        select id from worker where id = :worker and state = 'alive' for key share),
      closed as materialized (
        select scope, name from gate
        where scope in ('pool', 'kind', 'tenant')
          and (paused or capacity is not null or rate is not null))
      update job j
      set state = 'running', claim_no = j.claim_no + 1, worker = :worker,
          attempt = j.attempt + 1, version = j.version + 1, started_at = now(),
          progress = 0, progress_note = null
      where j.id = any(:ids::uuid[]) and j.id between :first and :last
        and j.claim_no = :claimNo
        and j.state in ('scheduled', 'available', 'retryable')
        and coalesce(j.due_at, 'infinity') < 'infinity'
        and (j.expires_at is null or j.expires_at > now())
        and j.kind = any(:kinds)
        and j.payload_version <= (:versions::int[])[array_position(:kinds, j.kind)]
        and j.concurrency_key is null and j.destination is null
        and j.kind not in (select name from closed where scope = 'kind')
        and j.tenant not in (select name from closed where scope = 'tenant')
        and j.pool not in (select name from closed where scope = 'pool')
        and exists (select from alive a where a.id <> j.id)
      returning
      """
          + JobRows.CLAIMED;

  private final JdbcClient jdbc;
  private final SettleStore settling;

  JobStore(Db db) {
    this.jdbc = db.jdbc();
    this.settling = new SettleStore(db);
  }

  /** The same verbs over another connection pool. */
  public static JobStore over(Db db) {
    return new JobStore(db);
  }

  /**
   * Claims jobs for a worker: those of {@code kinds} that nobody has claimed since their ticket was
   * written, if the worker is alive. Rescue, which says dead, waits for this statement, and this
   * for rescue.
   *
   * @param kinds what the worker runs, and the newest version of the payload that it reads
   */
  public List<ClaimedJob> claim(
      WorkerId worker, Map<String, Integer> kinds, Collection<Claim> claims) {
    var won = new ArrayList<ClaimedJob>(claims.size());
    claims.stream()
        .collect(groupingBy(Claim::claimNo, mapping(Claim::id, toCollection(TreeSet::new))))
        .forEach((claimNo, ids) -> won.addAll(claim(worker, kinds, claimNo, ids)));
    return won;
  }

  /** Claims jobs that were all claimed as often before. */
  private List<ClaimedJob> claim(
      WorkerId worker, Map<String, Integer> kinds, int claimNo, Set<JobId> ids) {
    var won = new ArrayList<>(claimPlain(worker, kinds, claimNo, ids));
    if (won.size() < ids.size()) {
      won.forEach(job -> ids.remove(job.id()));
      won.addAll(claimThroughGates(worker, kinds, claimNo, ids));
    }
    return won;
  }

  /** Those that no gate stands before. */
  private List<ClaimedJob> claimPlain(
      WorkerId worker, Map<String, Integer> kinds, int claimNo, Set<JobId> ids) {
    return among(jdbc.sql(CLAIM), ids)
        .param("worker", worker.value())
        .param("kinds", kinds.keySet().toArray(String[]::new))
        .param("versions", kinds.values().toArray(Integer[]::new))
        .param("claimNo", claimNo)
        .query(JobRows::claimed)
        .list();
  }

  static JdbcClient.StatementSpec among(JdbcClient.StatementSpec statement, Collection<JobId> ids) {
    return statement
        .param("ids", texts(ids, JobId::toString))
        .param("first", Collections.min(ids).value())
        .param("last", Collections.max(ids).value());
  }

  private List<ClaimedJob> claimThroughGates(
      WorkerId worker, Map<String, Integer> kinds, int claimNo, Set<JobId> ids) {
    return jdbc.sql(
            "select "
                + JobRows.CLAIMED
                + """
                from claim_through_gates(
                  :worker, :kinds, :versions::int[], :ids::uuid[], :claimNo) j
                """)
        .param("worker", worker.value())
        .param("kinds", kinds.keySet().toArray(String[]::new))
        .param("versions", kinds.values().toArray(Integer[]::new))
        .param("ids", texts(ids, JobId::toString))
        .param("claimNo", claimNo)
        .query(JobRows::claimed)
        .list();
  }

  /**
   * What of {@code claims} this worker holds: the answer to a {@link #claim} whose outcome is
   * unknown. No token is needed: the worker's id and the next {@code claim_no} name one claim only.
   */
  public List<ClaimedJob> claimedBy(WorkerId worker, Collection<Claim> claims) {
    return jdbc.sql(
            "select "
                + JobRows.CLAIMED
                + """
                from job j, unnest(:ids::uuid[], :claimNos::int[]) as c(id, claim_no)
                where j.id = any(:ids::uuid[]) and j.id = c.id and j.claim_no = c.claim_no + 1
                  and j.state = 'running' and j.worker = :worker
                """)
        .param("worker", worker.value())
        .param("ids", texts(claims, claim -> claim.id().toString()))
        .param("claimNos", claims.stream().mapToInt(Claim::claimNo).toArray())
        .query(JobRows::claimed)
        .list();
  }

  /**
   * Writes down how attempts ended, each if it still owns its job. What a job's end concerns beside
   * its own row (keys, gates, children) changes in the same transaction.
   */
  public Settled settle(WorkerId worker, List<Settlement> settlements) {
    return settling.settle(worker, settlements);
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

  /** A running job that is to be cancelled. */
  public record CancelRequest(JobId id, int claimNo, String reason) {}

  /** Which of a worker's running jobs somebody wants cancelled. */
  public List<CancelRequest> cancelRequests(WorkerId worker, Collection<JobId> running) {
    return jdbc.sql(
            """
            select id, claim_no, cancel_reason from job
            where id = any(:ids::uuid[]) and worker = :worker and state = 'running'
              and cancel_reason is not null
            """)
        .param("ids", texts(running, JobId::toString))
        .param("worker", worker.value())
        .query(
            (row, n) ->
                new CancelRequest(
                    JobRows.id(row, n), row.getInt("claim_no"), row.getString("cancel_reason")))
        .list();
  }

  /** A job of a tenant and, where {@code owner} is not null, of that owner. */
  public Optional<Job> find(JobId id, String tenant, @Nullable String owner) {
    return jdbc.sql(
            "select "
                + JobRows.COLUMNS
                + " from job where id = :id and tenant = :tenant"
                + " and (:owner::text is null or owner = :owner)")
        .param("id", id.value())
        .param("tenant", tenant)
        .param("owner", owner)
        .query(JobRows::job)
        .optional();
  }

  /** Those of {@code ids} that there are, whosever they are. */
  public List<Job> findAll(Collection<JobId> ids) {
    return jdbc.sql("select " + JobRows.COLUMNS + " from job where id = any(:ids::uuid[])")
        .param("ids", texts(ids, JobId::toString))
        .query(JobRows::job)
        .list();
  }
}
