package dev.offstage.store;

import dev.offstage.job.JobId;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** Workers' leases, and what they run. */
@Repository
public class WorkerStore {
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

  /** The running jobs of a worker that it claimed at least {@code age} ago. */
  public List<Claim> runningOf(WorkerId id, Duration age) {
    return jdbc.sql(
            """
            select id, claim_no from job
            where due_at < now() + interval '1 minute' and state = 'running' and worker = :id
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
   * What a look at all workers shows.
   *
   * @param serverUptime how long PostgreSQL has been up: no heartbeat could be written before
   * @param longestLease that a live worker has
   * @param lapsed some live worker's lease has
   * @param unrescued some worker ended whose jobs nobody has taken back
   */
  public record Health(
      Duration serverUptime, Duration longestLease, boolean lapsed, boolean unrescued) {}

  /** Looks at all workers; one statement, which is all that there is to do while none ends. */
  public Health health() {
    return jdbc.sql(
            """
            select (extract(epoch from clock_timestamp() - pg_postmaster_start_time()) * 1000)::bigint
                     as uptime,
                   coalesce((extract(epoch from max(lease) filter (where state = 'alive')) * 1000)
                     ::bigint, 0) as lease,
                   bool_or(state = 'alive' and heartbeat_at < now() - lease) is true as lapsed,
                   bool_or(state <> 'alive' and rescued_at is null) is true as unrescued
            from worker
            """)
        .query(
            (row, n) ->
                new Health(
                    Duration.ofMillis(row.getLong("uptime")),
                    Duration.ofMillis(row.getLong("lease")),
                    row.getBoolean("lapsed"),
                    row.getBoolean("unrescued")))
        .single();
  }

  /**
   * A worker that lives.
   *
   * @param lacks what it cannot run, each as {@code kind: why}
   */
  public record Alive(
      WorkerId id,
      String host,
      long pid,
      List<String> kinds,
      List<String> lacks,
      int running,
      Duration heartbeatAgo) {}

  /** The workers that live, the oldest first. */
  public List<Alive> alive() {
    return jdbc.sql(
            """
            select *, (extract(epoch from clock_timestamp() - heartbeat_at) * 1000)::bigint as ago_ms
            from worker where state = 'alive' order by started_at
            """)
        .query(
            (row, n) ->
                new Alive(
                    new WorkerId(row.getObject("id", UUID.class)),
                    row.getString("host"),
                    row.getLong("pid"),
                    List.of((String[]) row.getArray("kinds").getArray()),
                    List.of((String[]) row.getArray("lacks").getArray()),
                    row.getInt("running"),
                    Duration.ofMillis(row.getLong("ago_ms"))))
        .list();
  }

  /** Forgets workers that ended long ago and hold nothing. */
  public int forgetEnded(Duration after) {
    return jdbc.sql(
            """
            delete from worker
            where state <> 'alive' and rescued_at is not null
              and heartbeat_at < now() - :afterMs * interval '1 ms'
            """)
        .param("afterMs", after.toMillis())
        .update();
  }
}
