package dev.offstage.scheduler.console.page;

import static dev.offstage.scheduler.console.Pages.text;

import dev.offstage.audit.Actor;
import dev.offstage.problem.FieldProblem;
import dev.offstage.problem.ProblemException;
import dev.offstage.scheduler.console.Pages;
import dev.offstage.scheduler.console.act.Asked;
import dev.offstage.scheduler.console.bulk.ExecutionActs;
import dev.offstage.scheduler.console.bulk.ScheduleActs;
import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** What the page's forms do. Afterwards the page is shown again, or why not. */
@RestController
class FormController {
  private static final String PARAMETER = "p.";

  private final ScheduleActs schedules;
  private final ExecutionActs executions;

  FormController(ScheduleActs schedules, ExecutionActs executions) {
    this.schedules = schedules;
    this.executions = executions;
  }

  @PostMapping("/ops/schedules/{name}/run")
  ResponseEntity<Void> run(@PathVariable String name, Actor actor) {
    schedules.run(name, actor);
    return back();
  }

  @PostMapping("/ops/schedules/{name}/pause")
  ResponseEntity<Void> pause(@PathVariable String name, Actor actor) {
    schedules.pause(name, "paused on the page", actor);
    return back();
  }

  @PostMapping("/ops/schedules/{name}/resume")
  ResponseEntity<Void> resume(@PathVariable String name, Actor actor) {
    schedules.resume(name, actor);
    return back();
  }

  @PostMapping("/ops/executions/{id}/stop")
  ResponseEntity<Void> stop(@PathVariable String id, Actor actor) {
    executions.stop(Asked.number(id, "execution"), actor);
    return back();
  }

  @PostMapping("/ops/executions/{id}/restart")
  ResponseEntity<Void> restart(@PathVariable String id, Actor actor) {
    executions.restart(Asked.number(id, "execution"), actor);
    return back();
  }

  @PostMapping("/ops/executions/{id}/abandon")
  ResponseEntity<Void> abandon(@PathVariable String id, Actor actor) {
    executions.abandon(Asked.number(id, "execution"), actor);
    return back();
  }

  @PostMapping("/ops/executions/{id}/again")
  ResponseEntity<Void> again(@PathVariable String id, Actor actor) {
    var run = executions.find(Asked.number(id, "execution"));
    executions.start(run.batch(), run.parameters(), true, actor);
    return back();
  }

  @PostMapping("/ops/batches/{name}/start")
  ResponseEntity<Void> start(@PathVariable String name, Actor actor, HttpServletRequest request) {
    executions.start(
        name, parameters(request), "true".equals(request.getParameter("again")), actor);
    return back();
  }

  /** What was left empty was not given. */
  private static Map<String, String> parameters(HttpServletRequest request) {
    var parameters = new LinkedHashMap<String, String>();
    request
        .getParameterMap()
        .forEach(
            (name, values) -> {
              if (name.startsWith(PARAMETER) && values.length == 1 && !values[0].isBlank()) {
                parameters.put(name.substring(PARAMETER.length()), values[0].strip());
              }
            });
    return parameters;
  }

  private static ResponseEntity<Void> back() {
    return ResponseEntity.status(HttpStatus.SEE_OTHER).location(URI.create("/ops")).build();
  }

  @ExceptionHandler
  ResponseEntity<String> refused(ProblemException e) {
    var why = new StringBuilder(text(String.valueOf(e.getBody().getDetail())));
    var members = e.getBody().getProperties();
    if (members != null && members.get("errors") instanceof List<?> errors) {
      for (var each : errors) {
        if (each instanceof FieldProblem field) {
          why.append("<br>").append(text(field.field() + ": " + field.detail()));
        }
      }
    }
    return Pages.page(
        HttpStatus.valueOf(e.getStatusCode().value()),
        "Refused",
        "<h1>That was not done</h1><p role=\"alert\">%s</p><p><a href=\"/ops\">Back</a></p>"
            .formatted(why));
  }
}
