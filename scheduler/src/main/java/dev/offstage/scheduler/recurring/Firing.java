package dev.offstage.scheduler.recurring;

import static org.jobrunr.scheduling.JobBuilder.aJob;

import dev.offstage.scheduler.schedule.RunWatch;
import dev.offstage.scheduler.schedule.ScheduleRun;
import dev.offstage.scheduler.schedule.ScheduleRuns;
import dev.offstage.scheduler.schedule.Ticks;
import java.time.InstantSource;
import java.util.UUID;
import org.jobrunr.scheduling.JobRequestScheduler;

/** Lets ticks be decided, and gives each run that is planned a JobRunr job that watches it. */
final class Firing implements RunWatch {
  private final Ticks ticks;
  private final ScheduleRuns runs;
  private final JobRequestScheduler jobRunr;
  private final RecurringProperties properties;
  private final InstantSource clock;

  Firing(
      Ticks ticks,
      ScheduleRuns runs,
      JobRequestScheduler jobRunr,
      RecurringProperties properties,
      InstantSource clock) {
    this.ticks = ticks;
    this.runs = runs;
    this.jobRunr = jobRunr;
    this.properties = properties;
    this.clock = clock;
  }

  /** Decides a schedule's ticks; answers how many runs were planned. */
  int fire(String schedule) {
    var planned = ticks.decide(schedule, properties.missedAfter());
    planned.forEach(each -> watch(each.run()));
    return planned.size();
  }

  /**
   * Gives a run its JobRunr job, unless it has one: the job's id is the run's. Nothing is lost
   * where this node dies before; {@link ScheduleLoop} finds such runs.
   */
  @Override
  public void watch(UUID id) {
    runs.find(id).filter(run -> run.endedAt() == null).ifPresent(this::watch);
  }

  private void watch(ScheduleRun run) {
    var definition = run.definition();
    var job =
        aJob()
            .withId(run.id())
            .withName(run.schedule() + " " + run.tick())
            .withLabels(run.schedule())
            .withAmountOfRetries(definition.retries())
            .withJobRequest(new RunRequest(run.id()));
    var now = clock.instant();
    // JobRunr's clock is the system's, ours may be another: what is due is for ours to say.
    jobRunr.create(run.dueAt().isAfter(now) ? job.scheduleAt(run.dueAt()) : job);
  }
}
