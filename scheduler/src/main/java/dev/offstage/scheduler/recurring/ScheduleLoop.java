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
    recurringJobs.follow(parts.schedules.all());
    var late = clock.instant().minus(properties.lateAfter());
    parts.ticks.behind(late).forEach(parts.firing::fire);
    parts.runs.unlaunched(late, MOST).forEach(this::launch);
    unwatched(db, late).forEach(parts.firing::watch);
    parts.unattended.settle(db);
    clean();
    return properties.every();
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
