package dev.offstage.scheduler.schedule;

import dev.offstage.store.Db;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** The runs of schedules: guarded verbs. Each takes part in its caller's transaction. */
@Repository
public class ScheduleRuns {
  private final JdbcClient jdbc;

  ScheduleRuns(Db db) {
    this.jdbc = db.jdbc();
  }

  /**
   * Plans the run of a tick.
   *
   * @return its id; empty if it has one already
   */
  Optional<UUID> plan(String schedule, ScheduleDefinition definition, Instant tick, String by) {
    return plan(schedule, definition, tick, definition.due(schedule, tick), by);
  }

  private Optional<UUID> plan(
      String schedule, ScheduleDefinition definition, Instant tick, Instant due, String by) {
    return jdbc.sql(
            """
            insert into schedule_run (id, schedule, tick, due_at, definition, started_by)
            values (gen_random_uuid(), :schedule, :tick, :due, :definition::jsonb, :by)
            on conflict (schedule, tick) do nothing returning id
            """)
        .param("schedule", schedule)
        .param("tick", Schedules.time(tick))
        .param("due", Schedules.time(due))
        .param("definition", Schedules.JSON.writeValueAsString(definition))
        .param("by", by)
        .query((row, n) -> row.getObject("id", UUID.class))
        .optional();
  }

  /** Plans a run for now, which an operator wants. */
  public Optional<UUID> planNow(Schedule schedule, Instant now, String by) {
    return plan(schedule.name(), schedule.definition(), now, now, by);
  }

  public Optional<ScheduleRun> find(UUID id) {
    return jdbc.sql("select * from schedule_run where id = :id")
        .param("id", id)
        .query(ScheduleRuns::run)
        .optional();
  }

  /** A schedule's runs, the latest tick first; {@code before} is null for the first page. */
  public List<ScheduleRun> of(String schedule, @Nullable Instant before, int limit) {
    return jdbc.sql(
            """
            select * from schedule_run
            where schedule = :schedule and tick < coalesce(:before::timestamptz, 'infinity')
            order by tick desc limit :limit
            """)
        .param("schedule", schedule)
        .param("before", before == null ? null : Schedules.time(before))
        .param("limit", limit)
        .query(ScheduleRuns::run)
        .list();
  }

  /** Takes a planned run to be launched; false if somebody else has. */
  boolean launch(UUID id) {
    return jdbc.sql(
                """
                update schedule_run set state = 'launched', launched_at = now()
                where id = :id and state = 'planned'
                """)
            .param("id", id)
            .update()
        == 1;
  }

  /** Its batch runs, or goes on, as that execution. */
  public void execution(UUID id, long execution) {
    jdbc.sql(
            """
            update schedule_run
            set execution = :execution, state = 'launched', ended_at = null, detail = null
            where id = :id
            """)
        .param("id", id)
        .param("execution", execution)
        .update();
  }

  void enqueued(UUID id, UUID job) {
    jdbc.sql(
            """
            update schedule_run set job = :job, state = 'completed', ended_at = now()
            where id = :id
            """)
        .param("id", id)
        .param("job", job)
        .update();
  }

  /** JobRunr is being told that this execution failed. */
  public void told(UUID id, long execution) {
    jdbc.sql("update schedule_run set told = :execution where id = :id")
        .param("id", id)
        .param("execution", execution)
        .update();
  }

  /** Ends a run that has not ended. */
  public void end(UUID id, ScheduleRun.State state, String detail) {
    jdbc.sql(
            """
            update schedule_run
            set state = :state, detail = left(:detail, 1000), ended_at = now()
            where id = :id and ended_at is null
            """)
        .param("id", id)
        .param("state", state.name().toLowerCase(Locale.ROOT))
        .param("detail", detail.replace('\0', '?'))
        .update();
  }

  /** Runs that were due before {@code late} and that nobody has launched, the oldest first. */
  public List<UUID> unlaunched(Instant late, int limit) {
    return jdbc.sql(
            """
            select id from schedule_run
            where ended_at is null and state = 'planned' and due_at <= :late
            order by due_at limit :limit
            """)
        .param("late", Schedules.time(late))
        .param("limit", limit)
        .query((row, n) -> row.getObject("id", UUID.class))
        .list();
  }

  /** Forgets runs that ended long ago. */
  public int forget(Duration after) {
    return jdbc.sql("delete from schedule_run where ended_at < now() - :ms * interval '1 ms'")
        .param("ms", after.toMillis())
        .update();
  }

  private static ScheduleRun run(ResultSet row, int n) throws SQLException {
    return new ScheduleRun(
        row.getObject("id", UUID.class),
        row.getString("schedule"),
        Schedules.instant(row, "tick"),
        Schedules.instant(row, "due_at"),
        Schedules.JSON.readValue(row.getString("definition"), ScheduleDefinition.class),
        row.getString("started_by"),
        ScheduleRun.State.valueOf(row.getString("state").toUpperCase(Locale.ROOT)),
        row.getObject("execution", Long.class),
        row.getObject("told", Long.class),
        row.getObject("job", UUID.class),
        row.getString("detail"),
        Schedules.instant(row, "created_at"),
        Schedules.instantOrNull(row, "launched_at"),
        Schedules.instantOrNull(row, "ended_at"));
  }
}
