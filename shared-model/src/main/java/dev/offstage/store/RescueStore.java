package dev.offstage.store;

import static dev.offstage.store.Columns.texts;

import dev.offstage.job.JobId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/**
 * Takes back what runs nowhere any more.
 *
 * <p>A crash is not an attempt, but a job whose claims ended so {@value #MAX_CRASHES} times is
 * discarded: it may be what kills its workers. Blame falls on those aboard that crashed most often
 * before; the others have merely travelled with them. A worker that stopped in order is no crash.
 */
@Repository
public class RescueStore {
  /** After so many crashes a job is taken for their cause. */
  static final int MAX_CRASHES = 3;

  private final Db db;
  private final JdbcClient jdbc;
  private final Links links;

  RescueStore(Db db) {
    this.db = db;
    this.jdbc = db.jdbc();
    this.links = new Links(jdbc);
  }

  /** The same verbs over another connection. */
  public static RescueStore over(Db db) {
    return new RescueStore(db);
  }

  /**
   * What became of a job that was taken back.
   *
   * @param ended discarded for its crashes, or cancelled as somebody had asked for
   */
  public record Rescued(JobId id, String pool, boolean ended) {}

  /**
   * What a rescue came to.
   *
   * @param touched what else changed with them
   */
  public record Rescue(List<Rescued> jobs, List<Touched> touched) {
    private static final Rescue NONE = new Rescue(List.of(), List.of());
  }

  private record Orphan(JobId id, UUID worker, int claimNo, boolean blamed, boolean crashed) {}

  private record Taken(Rescued job, boolean linked) {}

  /**
   * Takes back what the workers that ended since the last call still held, in one transaction.
   * Looks through the jobs that are due, which all that run are, once for all of them; and nowhere
   * if no worker has ended.
   */
  public Rescue fromEndedWorkers() {
    var rescue =
        db.transactions()
            .execute(
                status -> {
                  var ended = endedWorkers();
                  if (ended.isEmpty()) {
                    return Rescue.NONE;
                  }
                  var rescued = takeBack(orphansOf(ended));
                  markRescued(ended);
                  return rescued;
                });
    return rescue == null ? Rescue.NONE : rescue;
  }

  /**
   * Takes back what runs under a worker that there is no row of: nothing that Offstage does leaves
   * such, so this is for seldom. Looks through all live jobs.
   */
  public Rescue fromUnknownWorkers(int limit) {
    var rescue =
        db.transactions()
            .execute(
                status ->
                    takeBack(
                        jdbc.sql(
                                """
                                select j.id, j.worker, j.claim_no, true as blamed, true as crashed
                                from job j
                                where j.due_at is not null and j.state = 'running'
                                  and not exists (select from worker w where w.id = j.worker)
                                limit :limit
                                """)
                            .param("limit", limit)
                            .query(RescueStore::orphan)
                            .list()));
    return rescue == null ? Rescue.NONE : rescue;
  }

  /** Locks them, so that of many nodes one looks. */
  private List<UUID> endedWorkers() {
    return jdbc.sql(
            """
            select id from worker where state <> 'alive' and rescued_at is null
            for no key update skip locked
            """)
        .query((row, n) -> row.getObject("id", UUID.class))
        .list();
  }

  private List<Orphan> orphansOf(List<UUID> workers) {
    // A ticket may go out some seconds before its job is due, so the bound is a little ahead.
    return jdbc.sql(
            """
            select id, worker, claim_no, crashed,
                   crashed and crashes = most as blamed
            from (select j.id, j.worker, j.claim_no, j.crashes, w.state = 'dead' as crashed,
                         max(j.crashes) over (partition by j.worker) as most
                  from job j join worker w on w.id = j.worker
                  where j.due_at < now() + interval '1 minute' and j.state = 'running'
                    and j.worker = any(:workers::uuid[])) o
            """)
        .param("workers", texts(workers, UUID::toString))
        .query(RescueStore::orphan)
        .list();
  }

  private static Orphan orphan(ResultSet row, int n) throws SQLException {
    return new Orphan(
        JobRows.id(row, n),
        row.getObject("worker", UUID.class),
        row.getInt("claim_no"),
        row.getBoolean("blamed"),
        row.getBoolean("crashed"));
  }

  private Rescue takeBack(List<Orphan> orphans) {
    if (orphans.isEmpty()) {
      return Rescue.NONE;
    }
    links.lock(orphans.stream().map(Orphan::id).toList());
    var taken = write(orphans);
    var jobs = new ArrayList<Rescued>();
    var ended = new ArrayList<JobId>();
    var left = new ArrayList<JobId>();
    for (var one : taken) {
      jobs.add(one.job);
      if (one.job.ended) {
        ended.add(one.job.id);
      } else if (one.linked) {
        left.add(one.job.id);
      }
    }
    return new Rescue(jobs, links.follow(ended, left));
  }

  /** A dead worker may wake and settle meanwhile; who is first has it. */
  private List<Taken> write(List<Orphan> orphans) {
    var columns =
        Columns.of(orphans)
            .text("ids", Orphan::id)
            .text("workers", Orphan::worker)
            .ints("claimNos", Orphan::claimNo)
            .flags("blamed", Orphan::blamed)
            .flags("crashed", Orphan::crashed);
    return jdbc.sql(
            """
            with orphan as materialized (
              select j.id, o.crashed, o.blamed, j.cancel_reason,
                     j.crashes + case when o.blamed then 1 else 0 end as crashes,
                     case when j.cancel_reason is not null then 'cancelled'
                          when o.blamed and j.crashes + 1 >= :max then 'discarded' end as outcome
              from job j
              join unnest(:ids::uuid[], :workers::uuid[], :claimNos::int[], :blamed::boolean[],
                          :crashed::boolean[]) as o(id, worker, claim_no, blamed, crashed)
                on o.id = j.id
              where j.id = any(:ids::uuid[]) and j.state = 'running' and j.worker = o.worker
                and j.claim_no = o.claim_no
              order by j.id for no key update of j)
            update job j
            set state = coalesce(o.outcome, 'available'), outcome = o.outcome,
                due_at = case when o.outcome is null then now() end,
                ended_at = case when o.outcome is not null then now() end,
                error_reason = case o.outcome when 'cancelled' then 'cancelled'
                    when 'discarded' then 'crashed' else j.error_reason end,
                error_message = case o.outcome when 'cancelled' then o.cancel_reason
                    when 'discarded' then 'the worker died ' || o.crashes || ' times while it ran this job'
                    else j.error_message end,
                crashes = o.crashes, attempt = j.attempt - 1, worker = null,
                interruptions = j.interruptions + case when o.crashed then 0 else 1 end,
                version = j.version + 1
            from orphan o where j.id = o.id
            returning j.id, j.pool, j.outcome is not null as ended, j.linked
            """)
        .param("max", MAX_CRASHES)
        .params(columns.arrays())
        .query(
            (row, n) ->
                new Taken(
                    new Rescued(JobRows.id(row, n), row.getString("pool"), row.getBoolean("ended")),
                    row.getBoolean("linked")))
        .list();
  }

  private void markRescued(List<UUID> workers) {
    jdbc.sql("update worker set rescued_at = now() where id = any(:workers::uuid[])")
        .param("workers", texts(workers, UUID::toString))
        .update();
  }
}
