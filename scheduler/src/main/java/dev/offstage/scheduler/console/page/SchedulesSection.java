package dev.offstage.scheduler.console.page;

import static dev.offstage.scheduler.console.Pages.text;

import dev.offstage.scheduler.schedule.Schedule;
import dev.offstage.scheduler.schedule.ScheduleRun;
import dev.offstage.scheduler.schedule.ScheduleRuns;
import dev.offstage.scheduler.schedule.Schedules;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import org.springframework.stereotype.Component;

/** What is done by the clock. */
@Component
final class SchedulesSection {
  private final Schedules schedules;
  private final ScheduleRuns runs;

  SchedulesSection(Schedules schedules, ScheduleRuns runs) {
    this.schedules = schedules;
    this.runs = runs;
  }

  String html(Forms forms) {
    var html = new StringBuilder("<h2>Schedules</h2><ul class=\"cards\">");
    var all = schedules.all();
    for (var schedule : all) {
      html.append(card(schedule, forms));
    }
    if (all.isEmpty()) {
      html.append("<li class=\"dim\">Nothing is done by the clock.</li>");
    }
    return html.append("</ul>").toString();
  }

  private String card(Schedule schedule, Forms forms) {
    var definition = schedule.definition();
    var path = "/ops/schedules/" + schedule.name();
    return """
    <li><div class="row"><strong>%s</strong>%s%s</div>
    <div><code>%s</code> <span class="dim">%s · %s</span></div>
    <div class="dim">%s%s</div></li>
    """
        .formatted(
            text(schedule.name()),
            forms.button(path + "/run", "Run now"),
            schedule.paused()
                ? forms.button(path + "/resume", "Resume")
                : forms.button(path + "/pause", "Pause"),
            text(definition.cron()),
            text(definition.zone()),
            text(
                definition.batch() == null
                    ? "job " + definition.kind()
                    : "batch " + definition.batch()),
            text(next(schedule)),
            text(last(schedule)));
  }

  private static String next(Schedule schedule) {
    if (schedule.paused()) {
      return "paused: " + schedule.reason();
    }
    return schedule.nextAt() == null
        ? "never ticks again"
        : "next " + schedule.nextAt().truncatedTo(ChronoUnit.SECONDS);
  }

  private String last(Schedule schedule) {
    return runs.of(schedule.name(), null, 1).stream()
        .findFirst()
        .map(run -> " · last " + run.tick().truncatedTo(ChronoUnit.SECONDS) + " " + word(run))
        .orElse("");
  }

  private static String word(ScheduleRun run) {
    return run.state().name().toLowerCase(Locale.ROOT);
  }
}
