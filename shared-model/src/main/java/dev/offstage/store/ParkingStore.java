package dev.offstage.store;

import static dev.offstage.store.Columns.texts;

import dev.offstage.job.JobId;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Who waits at a gate without having been claimed, and who may pass again because time has gone by
 * or a worker has come.
 */
public class ParkingStore {
  private final Db db;
  private final JdbcClient jdbc;

  ParkingStore(Db db) {
    this.db = db;
    this.jdbc = db.jdbc();
  }

  /** The same verbs over another connection. */
  public static ParkingStore over(Db db) {
    return new ParkingStore(db);
  }

  /**
   * Lets those of {@code ids} that no worker runs wait until one does, at a gate for each kind and
   * version. Repeating it is harmless.
   *
   * @param grace for how long after its last heartbeat a worker counts as one that runs its kinds
   * @return how many wait there now
   */
  public int park(Collection<JobId> ids, Duration grace) {
    return jdbc.sql(
            """
            with runs as materialized (
              select k.kind, max(k.version) as version
              from worker w, unnest(w.kinds, w.versions) as k(kind, version)
              where w.state = 'alive' or w.heartbeat_at > now() - :graceMs * interval '1 ms'
              group by k.kind),
            lost as materialized (
              select j.id, j.kind || '@' || j.payload_version as name, j.due_at, j as job,
                     exists (select from unnest(j.holds) h where h not like 'order:%') as slots
              from job j
              where j.id = any(:ids::uuid[]) and j.due_at <= now()
                and j.state in ('scheduled', 'available', 'retryable')
                and not exists
                  (select from runs r where r.kind = j.kind and r.version >= j.payload_version)
              order by j.id for no key update),
            gates as (
              insert into gate (id, scope, name, paused, reason)
              select distinct 'worker:' || name, 'worker', name, true, 'no worker runs it'
              from lost order by 1
              on conflict (id) do update set paused = true),
            given_back as materialized (
              select wait_at(job, 'worker:' || name) from lost where slots),
            waiting as (
              insert into parked (gate, job_id)
              select 'worker:' || name, id from lost where not slots order by due_at, id)
            update job j
            set due_at = 'infinity', linked = true, version = j.version + 1
            from lost where j.id = lost.id and not lost.slots
              and (select count(*) from given_back) >= 0
            """)
        .param("ids", texts(ids, JobId::toString))
        .param("graceMs", grace.toMillis())
        .update();
  }

  /**
   * A gate where somebody waits who may pass.
   *
   * @param opensIn until a paced one may be called at, a quarter of a second before it lets the
   *     next start; zero or less for now
   * @param pace between two starts; empty for one that is not paced
   * @param served it stood for a kind that a live worker runs now, or nobody waits for any more: to
   *     be opened by {@link #serve}
   */
  public record Callable(String gate, Duration opensIn, Optional<Duration> pace, boolean served) {}

  /** Gates that only time or workers open. One statement, next to nothing where nobody waits. */
  public List<Callable> callable() {
    return jdbc.sql(
            """
            select g.id, false as served,
                   (extract(epoch from greatest(gate_opens(g) - interval '250 ms', now()) - now())
                     * 1000)::bigint as opens_ms,
                   (extract(epoch from gate_pace(g.rate, g.per)) * 1000000)::bigint as pace_us
            from gate g
            where (g.scope in ('pool', 'kind', 'tenant', 'destination') or g.rate is not null)
              and not g.paused and (gate_slots(g) is null or g.held < gate_slots(g))
              and exists (select from parked p where p.gate = g.id)
            union all
            select g.id, true, 0, null
            from gate g
            where g.scope = 'worker'
              and (not exists (select from parked p where p.gate = g.id)
                or exists (
                  select from worker w, unnest(w.kinds, w.versions) as k(kind, version)
                  where w.state = 'alive' and k.kind = split_part(g.name, '@', 1)
                    and k.version >= split_part(g.name, '@', 2)::int))
            """)
        .query(
            (row, n) ->
                new Callable(
                    row.getString("id"),
                    Duration.ofMillis(row.getLong("opens_ms")),
                    Optional.ofNullable(row.getObject("pace_us", Long.class))
                        .map(micros -> Duration.ofNanos(micros * 1_000)),
                    row.getBoolean("served")))
        .list();
  }

  /** Calls as many of those who wait at a gate as may pass. */
  public List<Touched> call(String gate) {
    return jdbc.sql("select * from call_parked(array[:gate])")
        .param("gate", gate)
        .query(Touched::of)
        .list();
  }

  /** Opens a gate that stood for a kind, and calls some; it goes with the last who waits there. */
  public List<Touched> serve(String gate) {
    var called =
        db.transactions()
            .execute(
                status -> {
                  jdbc.sql("update gate set paused = false where id = :gate")
                      .param("gate", gate)
                      .update();
                  var touched = call(gate);
                  // A statement of its own, which sees who came until the gate was locked.
                  jdbc.sql(
                          """
                          delete from gate g where g.id = :gate
                            and not exists (select from parked p where p.gate = g.id)
                          """)
                      .param("gate", gate)
                      .update();
                  return touched;
                });
    return called == null ? List.of() : called;
  }

  /** How many wait at a gate. */
  public record Waiting(String gate, long jobs) {}

  /** The gates where most wait, and how many. Counts rows: not for every second. */
  public List<Waiting> mostWaiting(int gates) {
    return jdbc.sql(
            """
            select gate, count(*) as jobs from parked
            group by gate order by jobs desc, gate limit :gates
            """)
        .param("gates", gates)
        .query((row, n) -> new Waiting(row.getString("gate"), row.getLong("jobs")))
        .list();
  }
}
