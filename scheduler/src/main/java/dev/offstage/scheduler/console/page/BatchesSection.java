package dev.offstage.scheduler.console.page;

import static dev.offstage.scheduler.console.Pages.text;

import dev.offstage.scheduler.batch.Batch;
import dev.offstage.scheduler.batch.BatchFilter;
import dev.offstage.scheduler.batch.BatchParameter;
import dev.offstage.scheduler.batch.BatchRun;
import dev.offstage.scheduler.batch.BatchState;
import dev.offstage.scheduler.batch.Batches;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.stream.Collectors;
import org.springframework.stereotype.Component;

/** What ran, and what can be started. */
@Component
final class BatchesSection {
  private static final int EXECUTIONS = 30;

  private final Batches batches;

  BatchesSection(Batches batches) {
    this.batches = batches;
  }

  String html(Forms forms) {
    var html = new StringBuilder("<h2>Batches that ran</h2><ul class=\"cards\">");
    var runs = batches.list(BatchFilter.ALL, null, EXECUTIONS);
    runs.forEach(run -> html.append(card(run, forms)));
    if (runs.isEmpty()) {
      html.append("<li class=\"dim\">None yet.</li>");
    }
    html.append("</ul>");
    if (forms.mayAct()) {
      html.append("<h2>Start a batch</h2><ul class=\"cards\">");
      batches.all().forEach(batch -> html.append(start(batch, forms)));
      html.append("</ul>");
    }
    return html.toString();
  }

  private static String card(BatchRun run, Forms forms) {
    var tone =
        switch (run.state()) {
          case COMPLETED -> "good";
          case FAILED -> "bad";
          default -> "";
        };
    return """
    <li><div class="row"><strong>%s</strong><span class="%s">%s</span>%s</div>%s
    <div class="dim">%s</div><div class="dim">%s</div>%s</li>
    """
        .formatted(
            text(run.batch() + " · " + run.execution()),
            tone,
            text(run.state().name().toLowerCase(Locale.ROOT)),
            buttons(run, forms),
            bar(run),
            text(parameters(run)),
            text(counts(run)),
            run.exitMessage() == null || run.exitMessage().isBlank()
                ? ""
                : "<details><summary class=\"bad\">Why</summary><code>%s</code></details>"
                    .formatted(text(run.exitMessage())));
  }

  private static String buttons(BatchRun run, Forms forms) {
    var path = "/ops/executions/" + run.execution();
    return switch (run.state()) {
      case WAITING, RUNNING -> forms.button(path + "/stop", "Stop");
      case FAILED, STOPPED ->
          forms.button(path + "/restart", "Restart") + forms.button(path + "/abandon", "Abandon");
      case COMPLETED -> forms.button(path + "/again", "Run again");
      case STOPPING, ABANDONED -> "";
    };
  }

  private static String bar(BatchRun run) {
    return run.state().isLive() && run.total() > 0
        ? "<progress max=\"%d\" value=\"%d\"></progress>"
            .formatted(run.total(), Math.min(run.done(), run.total()))
        : run.state() == BatchState.RUNNING ? "<progress></progress>" : "";
  }

  private static String parameters(BatchRun run) {
    return run.parameters().entrySet().stream()
        .map(each -> each.getKey() + "=" + each.getValue())
        .sorted()
        .collect(Collectors.joining(" "));
  }

  private static String counts(BatchRun run) {
    var took = run.duration() == null ? "" : " in " + run.duration().toSeconds() + " s";
    return "%s · by %s · %d read, %d written, %d skipped%s"
        .formatted(
            run.createdAt().truncatedTo(ChronoUnit.SECONDS),
            run.startedBy(),
            run.read(),
            run.written(),
            run.skipped(),
            took);
  }

  private static String start(Batch batch, Forms forms) {
    return """
    <li><details><summary><strong>%s</strong> <span class="dim">%s</span></summary>
    <form method="post" action="/ops/batches/%s/start">%s%s
    <label><input type="checkbox" name="again" value="true"> again, also where it has completed</label>
    <button class="main">Start</button></form></details></li>
    """
        .formatted(
            text(batch.name()),
            text(batch.description()),
            text(batch.name()),
            forms.key().html(),
            batch.parameters().stream()
                .map(parameter -> input(batch, parameter))
                .collect(Collectors.joining()));
  }

  private static String input(Batch batch, BatchParameter parameter) {
    var id = batch.name() + "-" + parameter.name();
    return """
    <label for="%s">%s <span class="dim">%s</span></label>
    <input id="%s" name="p.%s" placeholder="%s"%s autocapitalize="none">
    """
        .formatted(
            text(id),
            text(parameter.name()),
            text(parameter.description()),
            text(id),
            text(parameter.name()),
            text(
                parameter.defaultValue() == null
                    ? parameter.expectation()
                    : parameter.defaultValue()),
            parameter.required() && parameter.defaultValue() == null ? " required" : "");
  }
}
