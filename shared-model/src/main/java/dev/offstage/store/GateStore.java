package dev.offstage.store;

import dev.offstage.job.Rate;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/**
 * Operators' rules: a pool, a kind, a tenant or a concurrency key may be paused, or have so many
 * jobs at once or so many starts in a time, over the whole cluster.
 */
@Repository
public class GateStore {
  private final Db db;
  private final JdbcClient jdbc;

  GateStore(Db db) {
    this.db = db;
    this.jdbc = db.jdbc();
  }

  /** The same verbs over another connection pool. */
  public static GateStore over(Db db) {
    return new GateStore(db);
  }

  /** What a rule is about. */
  public enum Scope {
    POOL,
    KIND,
    TENANT,
    /** Named tenant/key. */
    KEY;

    String text() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * A rule and how it stands.
   *
   * @param reason why it is paused
   * @param capacity jobs at once; null for any number
   * @param held slots that are taken
   * @param parked jobs that wait here
   */
  public record Rule(
      Scope scope,
      String name,
      boolean paused,
      @Nullable String reason,
      @Nullable Integer capacity,
      @Nullable Rate rate,
      int held,
      long parked) {}

  /**
   * Pauses: nothing of it starts any more, what runs goes on. A key's gate that was no rule does
   * not become one: its capacity is still what its jobs say.
   */
  public void pause(Scope scope, String name, String reason) {
    upsert(scope, name, "paused = true, reason = :reason", reason, null, null);
  }

  /** Ends a pause; what waited starts, within the rule's limits. */
  public List<Touched> resume(Scope scope, String name) {
    upsert(scope, name, "paused = false, reason = null", null, null, null);
    var touched = callAll(scope, name);
    dropEmpty(scope, name);
    return touched;
  }

  /**
   * Sets how many may run at once and start in a time; null lifts that limit. What runs already
   * counts, but for what is being claimed at that very moment.
   *
   * @return who may start by it
   */
  public List<Touched> limit(
      Scope scope, String name, @Nullable Integer capacity, @Nullable Rate rate) {
    db.transactions()
        .executeWithoutResult(
            status -> {
              upsert(
                  scope,
                  name,
                  "rule = true, capacity = excluded.capacity, rate = excluded.rate, per ="
                      + " excluded.per, free_at = null",
                  null,
                  capacity,
                  rate);
              countRunning(scope, name);
            });
    var touched = callAll(scope, name);
    dropEmpty(scope, name);
    return touched;
  }

  private void upsert(
      Scope scope,
      String name,
      String change,
      @Nullable String reason,
      @Nullable Integer capacity,
      @Nullable Rate rate) {
    jdbc.sql(
            """
            insert into gate (id, scope, name, rule, paused, reason, capacity, rate, per)
            values (:scope || ':' || :name, :scope, :name, true, :reason::text is not null,
                    :reason, :capacity::int, :rate::int, :perMs::bigint * interval '1 ms')
            on conflict (id) do update set
            """
                + change)
        .param("scope", scope.text())
        .param("name", name)
        .param("reason", reason)
        .param("capacity", capacity)
        .param("rate", rate == null ? null : rate.starts())
        .param("perMs", rate == null ? null : rate.per().toMillis())
        .update();
  }

  private void countRunning(Scope scope, String name) {
    jdbc.sql("select count_running(:id)")
        .param("id", scope.text() + ":" + name)
        .query((row, n) -> n)
        .list();
  }

  /** Batch by batch, so that no transaction holds a million rows. */
  private List<Touched> callAll(Scope scope, String name) {
    var all = new ArrayList<Touched>();
    List<Touched> called;
    do {
      called =
          jdbc.sql("select * from call_parked(array[:id])")
              .param("id", scope.text() + ":" + name)
              .query(Touched::of)
              .list();
      if (all.size() < 1_000) {
        all.addAll(called);
      }
    } while (!called.isEmpty());
    return all;
  }

  /** A rule that says nothing any more is none; {@link #forgetIdle} takes it away. */
  private void dropEmpty(Scope scope, String name) {
    jdbc.sql(
            """
            update gate set rule = false
            where id = :id and not paused and capacity is null and rate is null
            """)
        .param("id", scope.text() + ":" + name)
        .update();
  }

  /**
   * Deletes gates that say nothing, of which nobody holds a slot and where nobody waits.
   *
   * @return how many, at most {@code limit}
   */
  public int forgetIdle(int limit) {
    return jdbc.sql("select forget_idle_gates(:limit)")
        .param("limit", limit)
        .query(Integer.class)
        .single();
  }

  /** Every rule there is. */
  public List<Rule> rules() {
    return jdbc.sql(
            """
            select g.*, (extract(epoch from per) * 1000)::bigint as per_ms,
                   (select count(*) from parked p where p.gate = g.id) as parked
            from gate g where (rule or paused) and scope not in ('worker', 'destination') order by id
            """)
        .query(GateStore::rule)
        .list();
  }

  /**
   * Where jobs wait for something other than time.
   *
   * @param gate scope:name
   */
  public record Place(String gate, long jobs, @Nullable String reason) {}

  /** Where jobs wait, most of them first; at most 1,000 places. */
  public List<Place> waiting() {
    return jdbc.sql(
            """
            select p.gate, count(*) as jobs, max(coalesce(g.reason, g.shut_reason)) as reason
            from parked p left join gate g on g.id = p.gate
            group by p.gate order by jobs desc, p.gate limit 1000
            """)
        .query(
            (row, n) ->
                new Place(row.getString("gate"), row.getLong("jobs"), row.getString("reason")))
        .list();
  }

  private static Rule rule(ResultSet row, int n) throws SQLException {
    var starts = row.getObject("rate", Integer.class);
    return new Rule(
        Scope.valueOf(row.getString("scope").toUpperCase(Locale.ROOT)),
        row.getString("name"),
        row.getBoolean("paused"),
        row.getString("reason"),
        row.getObject("capacity", Integer.class),
        starts == null ? null : new Rate(starts, Duration.ofMillis(row.getLong("per_ms"))),
        row.getInt("held"),
        row.getLong("parked"));
  }
}
