package dev.offstage.scheduler.schedule;

import dev.offstage.store.Db;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import tools.jackson.databind.json.JsonMapper;

/**
 * The schedules. The configuration's are written by whoever starts; what operators change stands
 * above that until it is reset. Every verb takes part in its caller's transaction.
 */
@Repository
public class Schedules {
  static final JsonMapper JSON = JsonMapper.builder().build();

  private final Db db;
  private final JdbcClient jdbc;
  private final InstantSource clock;

  Schedules(Db db, InstantSource clock) {
    this.db = db;
    this.jdbc = db.jdbc();
    this.clock = clock;
  }

  /** By name. */
  public List<Schedule> all() {
    return jdbc.sql("select * from schedule order by name").query(Schedules::schedule).list();
  }

  public Optional<Schedule> find(String name) {
    return jdbc.sql("select * from schedule where name = :name")
        .param("name", name)
        .query(Schedules::schedule)
        .optional();
  }

  /** Those of the configuration, in the place of those that it had before. */
  void configure(Map<String, ScheduleDefinition> definitions) {
    db.transactions()
        .executeWithoutResult(
            status -> {
              // Several nodes start at once.
              jdbc.sql("select pg_advisory_xact_lock(hashtext('offstage.schedule'))")
                  .query((row, n) -> n)
                  .list();
              definitions.forEach(this::configure);
              var names = definitions.keySet().toArray(String[]::new);
              jdbc.sql("delete from schedule where changed is null and name <> all(:names)")
                  .param("names", names)
                  .update();
              jdbc.sql(
                      """
                      update schedule set configured = null, version = version + 1
                      where configured is not null and name <> all(:names)
                      """)
                  .param("names", names)
                  .update();
            });
  }

  private void configure(String name, ScheduleDefinition definition) {
    jdbc.sql(
            """
            insert into schedule as s (name, configured, decided_to, next_at)
            values (:name, :definition::jsonb, :now, :next)
            on conflict (name) do update
            set configured = excluded.configured, version = s.version + 1,
                next_at = case when s.changed is null and not s.paused then excluded.next_at
                  else s.next_at end,
                decided_to = case when s.changed is null then excluded.decided_to
                  else s.decided_to end
            where s.configured is distinct from excluded.configured
            """)
        .param("name", name)
        .param("definition", JSON.writeValueAsString(definition))
        .param("now", time(clock.instant()))
        .param("next", next(definition))
        .update();
  }

  /** Makes a schedule, or changes one; from now on, by the new definition. */
  public void change(String name, ScheduleDefinition definition, String by) {
    if (!ScheduleProperties.NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "name: %s (expected: 1 to 63 of a-z, 0-9, hyphen and underscore)"
              .formatted(name.length() > 70 ? name.substring(0, 70) + "…" : name));
    }
    jdbc.sql(
            """
            insert into schedule as s (name, changed, decided_to, next_at, changed_by, changed_at)
            values (:name, :definition::jsonb, :now, :next, :by, now())
            on conflict (name) do update
            set changed = excluded.changed, version = s.version + 1,
                decided_to = excluded.decided_to,
                next_at = case when not s.paused then excluded.next_at end,
                changed_by = excluded.changed_by, changed_at = excluded.changed_at
            """)
        .param("name", name)
        .param("definition", JSON.writeValueAsString(definition))
        .param("now", time(clock.instant()))
        .param("next", next(definition))
        .param("by", by)
        .update();
  }

  /**
   * Takes away what operators changed: it is as configured again, or gone where the configuration
   * has none.
   *
   * @return false if there is nothing to take away
   */
  public boolean reset(String name, String by) {
    var changed = find(name).filter(Schedule::changed);
    if (changed.isEmpty()) {
      return false;
    }
    if (!changed.get().configured()) {
      return jdbc.sql("delete from schedule where name = :name").param("name", name).update() == 1;
    }
    jdbc.sql(
            """
            update schedule set changed = null, changed_by = :by, changed_at = now()
            where name = :name
            """)
        .param("name", name)
        .param("by", by)
        .update();
    return goOn(name, by);
  }

  /** Lets none of its ticks run; those that come are let go, not missed. */
  public boolean pause(String name, String reason, String by) {
    return jdbc.sql(
                """
                update schedule
                set paused = true, reason = :reason, next_at = null, version = version + 1,
                    changed_by = :by, changed_at = now()
                where name = :name
                """)
            .param("name", name)
            .param("reason", reason)
            .param("by", by)
            .update()
        == 1;
  }

  /** Ends a pause; the next tick is run again. */
  public boolean resume(String name, String by) {
    return goOn(name, by);
  }

  private boolean goOn(String name, String by) {
    var schedule = find(name);
    if (schedule.isEmpty()) {
      return false;
    }
    return jdbc.sql(
                """
                update schedule
                set paused = false, reason = null, decided_to = :now, next_at = :next,
                    version = version + 1, changed_by = :by, changed_at = now()
                where name = :name
                """)
            .param("name", name)
            .param("now", time(clock.instant()))
            .param("next", next(schedule.get().definition()))
            .param("by", by)
            .update()
        == 1;
  }

  private @Nullable OffsetDateTime next(ScheduleDefinition definition) {
    return definition.clock().next(clock.instant()).map(Schedules::time).orElse(null);
  }

  static OffsetDateTime time(Instant at) {
    return at.atOffset(ZoneOffset.UTC);
  }

  static Instant instant(ResultSet row, String column) throws SQLException {
    return row.getObject(column, OffsetDateTime.class).toInstant();
  }

  static @Nullable Instant instantOrNull(ResultSet row, String column) throws SQLException {
    var at = row.getObject(column, OffsetDateTime.class);
    return at == null ? null : at.toInstant();
  }

  static Schedule schedule(ResultSet row, int n) throws SQLException {
    var changed = row.getString("changed");
    var configured = row.getString("configured");
    return new Schedule(
        row.getString("name"),
        JSON.readValue(
            String.valueOf(changed == null ? configured : changed), ScheduleDefinition.class),
        configured != null,
        changed != null,
        row.getBoolean("paused"),
        row.getString("reason"),
        row.getInt("version"),
        instant(row, "decided_to"),
        instantOrNull(row, "next_at"),
        row.getLong("skipped"),
        row.getString("changed_by"),
        instantOrNull(row, "changed_at"));
  }
}
