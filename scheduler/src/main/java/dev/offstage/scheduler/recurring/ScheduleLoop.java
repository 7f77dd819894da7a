package dev.offstage.scheduler.recurring;

import dev.offstage.scheduler.lead.LeaderTask;
import dev.offstage.scheduler.schedule.RunLauncher;
import dev.offstage.scheduler.schedule.ScheduleRuns;
import dev.offstage.scheduler.schedule.Schedules;
import dev.offstage.scheduler.schedule.Ticks;
import dev.offstage.store.Db;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * The floor under JobRunr: fires ticks that it did not fire, launches runs that nobody launched,
 * and lets nobody's run go unwatched.
 */
final class ScheduleLoop extends LeaderTask {
  private static final Duration STANDBY = Duration.ofSeconds(5);
  private static final Duration CLEAN = Duration.ofHours(1);
  private static final int MOST = 200;

  /** What the loop works with. */
  record Parts(
      Schedules schedules,
      Ticks ticks,
      ScheduleRuns runs,
      RunLauncher launcher,
      Firing firing,
      Unattended unattended) {}

  private final Parts parts;
  private final RecurringJobs recurringJobs;
  private final RecurringProperties properties;
  private final InstantSource clock;
  private @Nullable Long cleanedAt;
  private @Nullable String followed;

  ScheduleLoop(
      DataSource dataSource,
      Parts parts,
      RecurringJobs recurringJobs,
      RecurringProperties properties,
      InstantSource clock) {
    super("schedules", dataSource, STANDBY);
    this.parts = parts;
    this.recurringJobs = recurringJobs;
    this.properties = properties;
    this.clock = clock;
  }

  @Override
  protected Duration round(Db db) {
    var late = clock.instant().minus(properties.lateAfter());
    var look = look(db, late);
    if (!look.versions.equals(followed)) {
      recurringJobs.follow(parts.schedules.all());
      followed = look.versions;
    }
    if (look.behind) {
      parts.ticks.behind(late).forEach(parts.firing::fire);
    }
    if (look.open) {
      parts.runs.unlaunched(late, MOST).forEach(this::launch);
      unwatched(db, late).forEach(parts.firing::watch);
      parts.unattended.settle(db);
    }
    clean();
    return properties.every();
  }

  /**
   * What one statement shows; all that there is to do while nothing is.
   *
   * @param versions of all schedules
   * @param behind whether some tick was not fired in time
   * @param open whether some run has not ended
   */
  private record Look(String versions, boolean behind, boolean open) {}

  private static Look look(Db db, Instant late) {
    return db.jdbc()
        .sql(
            """
            select coalesce((select md5(string_agg(name || ' ' || version, ',' order by name))
                             from schedule), '') as versions,
                   exists (select from schedule
                           where next_at <= to_timestamp(:late / 1000.0)) as behind,
                   exists (select from schedule_run where ended_at is null) as open
            """)
        .param("late", late.toEpochMilli())
        .query(
            (row, n) ->
                new Look(
                    String.valueOf(row.getString("versions")),
                    row.getBoolean("behind"),
                    row.getBoolean("open")))
        .single();
  }

  private void launch(UUID run) {
    parts.launcher.launch(run);
    parts.firing.watch(run);
  }

  /** Runs without a job of JobRunr's, whose node died before it had made one. */
  private static List<UUID> unwatched(Db db, Instant late) {
    return db.jdbc()
        .sql(
            """
            select r.id from schedule_run r
            where r.ended_at is null and r.due_at <= to_timestamp(:late / 1000.0)
              and not exists (select from jobrunr.jobrunr_jobs j where j.id = r.id::text)
            limit 200
            """)
        .param("late", late.toEpochMilli())
        .query((row, n) -> row.getObject("id", UUID.class))
        .list();
  }

  private void clean() {
    long now = System.nanoTime();
    if (cleanedAt == null || now - cleanedAt > CLEAN.toNanos()) {
      parts.runs.forget(properties.keep());
      cleanedAt = now;
    }
  }
}
