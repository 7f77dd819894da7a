package dev.offstage.destination;

import dev.offstage.job.DestinationName;
import dev.offstage.job.JobId;
import dev.offstage.job.Rate;
import dev.offstage.store.Db;
import dev.offstage.store.Touched;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/**
 * The rules of destinations, and the verbs on their gates. Who is shut until when is compared with
 * PostgreSQL's clock alone.
 */
@Repository
public class DestinationStore {
  private static final String STATE =
      """
      select g.name, g.paused, coalesce(g.shut_until > now(), false) as shut,
             coalesce(g.shut_until <= now() and g.probes is not null, false) as probing,
             (extract(epoch from g.shut_until - now()) * 1000)::bigint as shut_ms,
             coalesce(g.reason, g.shut_reason) as reason, g.held, g.capacity,
             (select count(*) from parked p where p.gate = g.id) as waiting
      from gate g
      where g.scope = 'destination'
        and (g.held > 0 or g.paused or g.shut_until is not null
             or exists (select from parked p where p.gate = g.id))
      """;

  private final Db db;
  private final JdbcClient jdbc;

  DestinationStore(Db db) {
    this.db = db;
    this.jdbc = db.jdbc();
  }

  /** The same verbs over another connection pool. */
  public static DestinationStore over(Db db) {
    return new DestinationStore(db);
  }

  /** Who made a rule. */
  public enum Origin {
    CONFIGURATION,
    OPERATOR;

    String text() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  // Rules
  // ------------------------------------------------------------------------------------------

  /** Every rule, the most exact first; of the same pattern, the operator's before the other. */
  public List<DestinationRule> rules() {
    return jdbc.sql(
            """
            select pattern, at_once, quota, failure_rate, sample, at_least, probes,
                   (extract(epoch from per) * 1000)::bigint as per_ms,
                   (extract(epoch from time_limit) * 1000)::bigint as time_limit_ms,
                   (extract(epoch from shut_for) * 1000)::bigint as shut_for_ms,
                   (extract(epoch from shut_at_most) * 1000)::bigint as shut_at_most_ms
            from destination_rule order by length(pattern) desc, pattern, origin desc
            """)
        .query(DestinationStore::rule)
        .list();
  }

  /** The rules of the configuration, in the place of those that it had before. */
  public void configure(List<DestinationRule> rules) {
    db.transactions()
        .executeWithoutResult(
            status -> {
              // Several workers start at once.
              jdbc.sql("select pg_advisory_xact_lock(hashtext('offstage.destination_rule'))")
                  .query((row, n) -> n)
                  .list();
              jdbc.sql("delete from destination_rule where origin = 'configuration'").update();
              rules.forEach(rule -> write(rule, Origin.CONFIGURATION));
            });
  }

  /** An operator's rule, in the place of the one of the same pattern. Holds within seconds. */
  public List<Touched> set(DestinationRule rule) {
    write(rule, Origin.OPERATOR);
    return resized();
  }

  /**
   * Takes an operator's rule away.
   *
   * @return empty if there was none of that pattern
   */
  public Optional<List<Touched>> unset(String pattern) {
    int gone =
        jdbc.sql("delete from destination_rule where pattern = :pattern and origin = 'operator'")
            .param("pattern", pattern)
            .update();
    return gone == 0 ? Optional.empty() : Optional.of(resized());
  }

  private void write(DestinationRule rule, Origin origin) {
    var quota = rule.quota();
    jdbc.sql(
            """
            insert into destination_rule (pattern, origin, at_once, time_limit, quota, per,
                failure_rate, sample, at_least, shut_for, shut_at_most, probes)
            values (:pattern, :origin, :atOnce, :timeLimitMs::bigint * interval '1 ms', :quota,
                :perMs::bigint * interval '1 ms', :failureRate, :sample, :atLeast,
                :shutForMs::bigint * interval '1 ms', :shutAtMostMs::bigint * interval '1 ms',
                :probes)
            on conflict (pattern, origin) do update
            set at_once = excluded.at_once, time_limit = excluded.time_limit,
                quota = excluded.quota, per = excluded.per, failure_rate = excluded.failure_rate,
                sample = excluded.sample, at_least = excluded.at_least,
                shut_for = excluded.shut_for, shut_at_most = excluded.shut_at_most,
                probes = excluded.probes, changed_at = now()
            """)
        .param("pattern", rule.pattern())
        .param("origin", origin.text())
        .param("atOnce", rule.atOnce())
        .param("timeLimitMs", millis(rule.timeLimit()))
        .param("quota", quota == null ? null : quota.starts())
        .param("perMs", quota == null ? null : quota.per().toMillis())
        .param("failureRate", rule.failureRate())
        .param("sample", rule.sample())
        .param("atLeast", rule.atLeast())
        .param("shutForMs", millis(rule.shutFor()))
        .param("shutAtMostMs", millis(rule.shutAtMost()))
        .param("probes", rule.probes())
        .update();
  }

  /** Gives the gates that there are the size that holds now. */
  private List<Touched> resized() {
    var gates =
        jdbc.sql(
                """
                update gate set capacity = destination_at_once(name)
                where scope = 'destination' and capacity is distinct from destination_at_once(name)
                returning id
                """)
            .query((row, n) -> String.valueOf(row.getString("id")))
            .list();
    var touched = new ArrayList<Touched>();
    gates.forEach(gate -> touched.addAll(called(gate)));
    return touched;
  }

  // Gates
  // ------------------------------------------------------------------------------------------

  /**
   * Shuts a destination that fails. The first time for {@code first}, then each time in a row for
   * twice as long, spread by a tenth; one that is shut already stays so for as long as it was to.
   *
   * @param probes how many may pass after that, until one has done well
   * @return for how long it is shut from now
   */
  public Duration shut(
      DestinationName name, String reason, Duration first, Duration atMost, int probes) {
    return jdbc.sql(
            """
            insert into gate as g (id, scope, name, capacity, shut_until, shut_reason, shut_times,
                probes)
            values ('destination:' || :name, 'destination', :name, destination_at_once(:name),
                now() + :firstMs * (1 + random() / 10) * interval '1 ms', :reason, 1, :probes)
            on conflict (id) do update
            set shut_until = case when g.shut_until > now() then g.shut_until
                  else now() + least(:firstMs * power(2, least(g.shut_times, 30)), :atMostMs)
                    * (1 + random() / 10) * interval '1 ms' end,
                shut_times = g.shut_times
                  + case when g.shut_until > now() then 0 else 1 end,
                shut_reason = excluded.shut_reason, probes = excluded.probes
            returning (extract(epoch from shut_until - now()) * 1000)::bigint
            """)
        .param("name", name.text())
        .param("reason", reason)
        .param("firstMs", first.toMillis())
        .param("atMostMs", atMost.toMillis())
        .param("probes", probes)
        .query((row, n) -> Duration.ofMillis(row.getLong(1)))
        .single();
  }

  /**
   * Shuts a destination for a time, after which it is open as ever: its quota is spent, or it asked
   * for so long a pause. One that fails already, or is shut for longer, stays as it is.
   */
  public void rest(DestinationName name, String reason, Duration time) {
    jdbc.sql(
            """
            insert into gate as g (id, scope, name, capacity, shut_until, shut_reason)
            values ('destination:' || :name, 'destination', :name, destination_at_once(:name),
                now() + :ms * interval '1 ms', :reason)
            on conflict (id) do update
            set shut_until = excluded.shut_until, shut_reason = excluded.shut_reason
            where g.probes is null
              and (g.shut_until is null or g.shut_until < excluded.shut_until)
            """)
        .param("name", name.text())
        .param("reason", reason)
        .param("ms", time.toMillis())
        .update();
  }

  /** A destination is well: its gate opens wholly, unless an operator has paused it. */
  public List<Touched> open(DestinationName name) {
    jdbc.sql(
            """
            update gate
            set shut_until = null, shut_reason = null, shut_times = 0, probes = null
            where id = 'destination:' || :name
            """)
        .param("name", name.text())
        .update();
    return called("destination:" + name);
  }

  /** Lets no job of a destination start, until {@link #resume}. */
  public void pause(DestinationName name, String reason) {
    jdbc.sql(
            """
            insert into gate (id, scope, name, capacity, rule, paused, reason)
            values ('destination:' || :name, 'destination', :name, destination_at_once(:name),
                true, true, :reason)
            on conflict (id) do update set rule = true, paused = true, reason = excluded.reason
            """)
        .param("name", name.text())
        .param("reason", reason)
        .update();
  }

  /** Ends a pause, and opens the gate wholly, also where it was shut. */
  public List<Touched> resume(DestinationName name) {
    jdbc.sql(
            """
            update gate set rule = false, paused = false, reason = null
            where id = 'destination:' || :name
            """)
        .param("name", name.text())
        .update();
    return open(name);
  }

  private List<Touched> called(String gate) {
    return jdbc.sql("select * from call_parked(array[:gate])")
        .param("gate", gate)
        .query(
            (row, n) ->
                new Touched(
                    new JobId(row.getObject("id", UUID.class)),
                    row.getString("pool"),
                    row.getBoolean("due")))
        .list();
  }

  /** How a destination stands; empty for one that is open, and nobody there. */
  public Optional<DestinationState> find(DestinationName name) {
    return jdbc.sql(STATE + " and g.id = 'destination:' || :name")
        .param("name", name.text())
        .query(DestinationStore::state)
        .optional();
  }

  /** Those that are paused or shut, or are being tried again. For every second: few are. */
  public List<DestinationState> troubled() {
    return jdbc.sql(STATE + " and (g.paused or g.shut_until > now() or g.probes is not null)")
        .query(DestinationStore::state)
        .list();
  }

  /** Those where somebody is, or that are paused or shut. Counts who waits. */
  public List<DestinationState> all(int limit) {
    return jdbc.sql(STATE + " order by waiting desc, g.id limit :limit")
        .param("limit", limit)
        .query(DestinationStore::state)
        .list();
  }

  /**
   * Writes down where a job goes that was enqueued without saying so, so that it waits there. To be
   * called by the attempt that owns it.
   */
  public void label(JobId job, DestinationName name) {
    jdbc.sql(
            """
            update job set destination = :name, linked = true
            where id = :job and destination is null
            """)
        .param("job", job.value())
        .param("name", name.text())
        .update();
  }

  // Rows
  // -------------------------------------------------------------------------------------------

  private static @Nullable Long millis(@Nullable Duration duration) {
    return duration == null ? null : duration.toMillis();
  }

  private static @Nullable Duration duration(ResultSet row, String column) throws SQLException {
    var millis = row.getObject(column, Long.class);
    return millis == null ? null : Duration.ofMillis(millis);
  }

  private static DestinationRule rule(ResultSet row, int n) throws SQLException {
    var quota = row.getObject("quota", Integer.class);
    return new DestinationRule(
        row.getString("pattern"),
        row.getObject("at_once", Integer.class),
        duration(row, "time_limit_ms"),
        quota == null ? null : new Rate(quota, Duration.ofMillis(row.getLong("per_ms"))),
        row.getObject("failure_rate", Integer.class),
        row.getObject("sample", Integer.class),
        row.getObject("at_least", Integer.class),
        duration(row, "shut_for_ms"),
        duration(row, "shut_at_most_ms"),
        row.getObject("probes", Integer.class));
  }

  private static DestinationState state(ResultSet row, int n) throws SQLException {
    return new DestinationState(
        new DestinationName(row.getString("name")),
        row.getBoolean("paused"),
        row.getBoolean("shut"),
        row.getBoolean("probing"),
        Duration.ofMillis(row.getLong("shut_ms")),
        row.getString("reason"),
        row.getInt("held"),
        row.getInt("capacity"),
        row.getLong("waiting"));
  }
}
