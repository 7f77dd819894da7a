package dev.offstage.scheduler.console.bulk;

import dev.offstage.audit.Act;
import dev.offstage.audit.Actor;
import dev.offstage.scheduler.console.act.Acts;
import dev.offstage.scheduler.schedule.RunWatch;
import dev.offstage.scheduler.schedule.Schedule;
import dev.offstage.scheduler.schedule.ScheduleRun;
import dev.offstage.scheduler.schedule.ScheduleRuns;
import dev.offstage.scheduler.schedule.Schedules;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.UUID;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;

/** What operators do to schedules, from the API and from the page. */
@Component
public final class ScheduleActs {
  private final Schedules schedules;
  private final ScheduleRuns runs;
  private final InstantSource clock;
  private final ObjectProvider<RunWatch> watch;
  private final Acts acts;

  ScheduleActs(
      Schedules schedules,
      ScheduleRuns runs,
      InstantSource clock,
      ObjectProvider<RunWatch> watch,
      Acts acts) {
    this.watch = watch;
    this.schedules = schedules;
    this.runs = runs;
    this.clock = clock;
    this.acts = acts;
  }

  public void pause(String name, String reason, Actor actor) {
    acts.act(
        actor,
        Act.of("schedule.pause", "schedule:" + name).with("reason", reason),
        () -> there(schedules.pause(name, reason, actor.name())));
  }

  public void resume(String name, Actor actor) {
    acts.act(
        actor,
        Act.of("schedule.resume", "schedule:" + name),
        () -> there(schedules.resume(name, actor.name())));
  }

  /** Runs what a schedule does now, besides its ticks. */
  public ScheduleRun run(String name, Actor actor) {
    var schedule = find(name);
    var id =
        acts.act(
            actor,
            Act.of("schedule.run", "schedule:" + name),
            () -> planNow(schedule, actor),
            run -> Map.of("run", run.toString()));
    watch.ifAvailable(seen -> seen.watch(id));
    return runs.find(id).orElseThrow(() -> Acts.missing("run"));
  }

  private UUID planNow(Schedule schedule, Actor actor) {
    var now = clock.instant().truncatedTo(ChronoUnit.MICROS);
    return runs.planNow(schedule, now, actor.name())
        .orElseThrow(() -> Acts.conflict("It is started already at this very moment."));
  }

  private static void there(boolean known) {
    if (!known) {
      throw Acts.missing("schedule");
    }
  }

  Schedule find(String name) {
    return schedules.find(name).orElseThrow(() -> Acts.missing("schedule"));
  }
}
