package dev.offstage.store;

import dev.offstage.job.JobId;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** Workers' leases, and what becomes of the jobs of those that died. */
@Repository
public class WorkerStore {
  /** After so many crashes a job is taken for their cause. */
  static final int MAX_CRASHES = 3;

  private final JdbcClient jdbc;

  WorkerStore(Db db) {
    this.jdbc = db.jdbc();
  }

  /** The same verbs over another connection pool. */
  public static WorkerStore over(Db db) {
    return new WorkerStore(db);
  }

  /**
   * Enters a worker. Repeating it is harmless.
   *
   * @param kinds what it runs, and the newest version of the payload that it reads
   */
  public void register(
      WorkerId id,
      String host,
      long pid,
      Map<String, Integer> kinds,
      Collection<String> lacks,
      Duration lease) {
    jdbc.sql(
            """
            insert into worker (id, host, pid, kinds, versions, lacks, lease)
            values (:id, :host, :pid, :kinds, :versions::int[], :lacks, :leaseMs * interval '1 ms')
            on conflict (id) do nothing
            """)
        .param("id", id.value())
        .param("host", host)
        .param("pid", pid)
        .param("kinds", kinds.keySet().toArray(String[]::new))
        .param("versions", kinds.values().toArray(Integer[]::new))
        .param("lacks", lacks.toArray(String[]::new))
        .param("leaseMs", lease.toMillis())
        .update();
  }

  /**
   * Renews the lease.
   *
   * @param running how many jobs the worker runs, for operators to see
   * @return false if the worker was declared dead: it must stop what it runs and take a new id
   */
  public boolean heartbeat(WorkerId id, int running) {
    return jdbc.sql(
                """
                update worker set heartbeat_at = now(), running = :running
                where id = :id and state = 'alive'
                """)
            .param("id", id.value())
            .param("running", running)
            .update()
        == 1;
  }

  /** Leaves in order; whatever it still ran is rescued without waiting for the lease. */
  public void stop(WorkerId id) {
    jdbc.sql("update worker set state = 'stopped' where id = :id and state = 'alive'")
        .param("id", id.value())
        .update();
  }

  /**
   * Declares dead whose lease has lapsed. Takes each row FOR UPDATE first, which claims (KEY SHARE)
   * and heartbeats exclude: one that is busy with either is alive, and is asked again next time.
   *
   * @return who died
   */
  public List<WorkerId> buryLapsed() {
    return jdbc.sql(
            """
            with lapsed as (
              select id from worker
              where state = 'alive' and heartbeat_at < now() - lease
              for update skip locked)
            update worker w set state = 'dead' from lapsed where w.id = lapsed.id
            returning w.id
            """)
        .query((row, n) -> new WorkerId(row.getObject("id", UUID.class)))
        .list();
  }

  /** A job taken back from a worker that is no more. */
  public record Rescued(JobId id, String pool, boolean discarded) {}

  /**
   * Takes back running jobs whose worker is not alive. A crash is not an attempt, but a job whose
   * claims ended so {@value #MAX_CRASHES} times is discarded: it may be what kills its workers.
   */
  public List<Rescued> rescue(int limit) {
    return jdbc.sql(
            """
            with orphan as (
              select j.id from job j
              where j.due_at is not null and j.state = 'running'
                and not exists (select from worker w where w.id = j.worker and w.state = 'alive')
              order by j.id limit :limit
              for update of j skip locked)
            update job j
            set state = case when j.crashes + 1 >= :max then 'discarded' else 'available' end,
                due_at = case when j.crashes + 1 >= :max then null else now() end,
                ended_at = case when j.crashes + 1 >= :max then now() end,
                outcome = case when j.crashes + 1 >= :max then 'discarded' end,
                error_reason = case when j.crashes + 1 >= :max then 'crashed' else j.error_reason end,
                error_message = case when j.crashes + 1 >= :max
                    then 'the worker died ' || (j.crashes + 1) || ' times while it ran this job'
                    else j.error_message end,
                crashes = j.crashes + 1, attempt = j.attempt - 1, worker = null,
                version = j.version + 1
            from orphan where j.id = orphan.id
            returning j.id, j.pool, j.state = 'discarded' as discarded
            """)
        .param("max", MAX_CRASHES)
        .param("limit", limit)
        .query(
            (row, n) ->
                new Rescued(
                    new JobId(row.getObject("id", UUID.class)),
                    row.getString("pool"),
                    row.getBoolean("discarded")))
        .list();
  }

  /** The running jobs of a worker that it claimed at least {@code age} ago. */
  public List<Claim> runningOf(WorkerId id, Duration age) {
    return jdbc.sql(
            """
            select id, claim_no from job
            where due_at is not null and state = 'running' and worker = :id
              and started_at < now() - :ageMs * interval '1 ms'
            """)
        .param("id", id.value())
        .param("ageMs", age.toMillis())
        .query(
            (row, n) ->
                new Claim(new JobId(row.getObject("id", UUID.class)), row.getInt("claim_no")))
        .list();
  }

  /**
   * How long PostgreSQL has been up: no heartbeat can be older than that and be held against it.
   */
  public Duration serverUptime() {
    return jdbc.sql(
            """
            select (extract(epoch from clock_timestamp() - pg_postmaster_start_time()) * 1000)::bigint
            """)
        .query((row, n) -> Duration.ofMillis(row.getLong(1)))
        .single();
  }

  /** The longest lease that a live worker has. */
  public Duration longestLease() {
    return jdbc.sql(
            """
            select coalesce((extract(epoch from max(lease)) * 1000)::bigint, 0)
            from worker where state = 'alive'
            """)
        .query((row, n) -> Duration.ofMillis(row.getLong(1)))
        .single();
  }

  /** Forgets workers that ended long ago and hold nothing. */
  public int forgetEnded(Duration after) {
    return jdbc.sql(
            """
            delete from worker w
            where w.state <> 'alive' and w.heartbeat_at < now() - :afterMs * interval '1 ms'
              and not exists (select from job j
                  where j.due_at is not null and j.state = 'running' and j.worker = w.id)
            """)
        .param("afterMs", after.toMillis())
        .update();
  }
}
