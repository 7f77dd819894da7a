package dev.offstage.scheduler.console.bulk;

import dev.offstage.audit.Act;
import dev.offstage.audit.Actor;
import dev.offstage.body.Bodies;
import dev.offstage.body.Fields;
import dev.offstage.scheduler.console.act.Acts;
import dev.offstage.scheduler.console.act.Reasons;
import dev.offstage.scheduler.schedule.ScheduleDefinition;
import dev.offstage.scheduler.schedule.ScheduleRun;
import dev.offstage.scheduler.schedule.ScheduleRuns;
import dev.offstage.scheduler.schedule.Schedules;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What is done by the clock. */
@RestController
class ScheduleController {
  private static final int MAX_BODY = 256 * 1024;
  private static final int DEFAULT_LIMIT = 50;
  private static final int MAX_LIMIT = 200;

  private final Schedules schedules;
  private final ScheduleRuns runs;
  private final ScheduleReader reader;
  private final ScheduleActs verbs;
  private final Acts acts;

  ScheduleController(
      Schedules schedules,
      ScheduleRuns runs,
      ScheduleReader reader,
      ScheduleActs verbs,
      Acts acts) {
    this.schedules = schedules;
    this.runs = runs;
    this.reader = reader;
    this.verbs = verbs;
    this.acts = acts;
  }

  record SchedulesView(List<ScheduleView> schedules) {}

  record RunsView(List<RunView> runs) {}

  @GetMapping("/ops/v1/schedules")
  SchedulesView all() {
    return new SchedulesView(schedules.all().stream().map(ScheduleView::of).toList());
  }

  @GetMapping("/ops/v1/schedules/{name}")
  ScheduleView read(@PathVariable String name) {
    return ScheduleView.of(verbs.find(name));
  }

  @GetMapping("/ops/v1/schedules/{name}/runs")
  RunsView runs(@PathVariable String name, HttpServletRequest request) {
    var fields = Fields.ofQuery(request);
    var before = fields.time("before");
    int limit = fields.whole("limit", 1, MAX_LIMIT, DEFAULT_LIMIT);
    fields.noOthers();
    fields.check();
    return new RunsView(runs.of(name, before, limit).stream().map(RunView::of).toList());
  }

  @PutMapping("/ops/v1/schedules/{name}")
  ScheduleView change(@PathVariable String name, Actor actor, HttpServletRequest request) {
    var body = Bodies.json(request, MAX_BODY);
    var definition = reader.read(Fields.of(body));
    acts.act(
        actor,
        new Act(
            "schedule.change",
            "schedule:" + name,
            definition.tenant(),
            Map.of("definition", withoutPayload(body))),
        () -> change(name, definition, actor));
    return read(name);
  }

  /**
   * What a payload says is for those who may look at payloads, and for no longer than it is used.
   */
  private static JsonNode withoutPayload(JsonNode body) {
    var shown = (ObjectNode) body.deepCopy();
    var payload = shown.remove("payload");
    if (payload != null) {
      shown.put("payloadLength", payload.toString().length());
    }
    return shown;
  }

  private void change(String name, ScheduleDefinition definition, Actor actor) {
    try {
      schedules.change(name, definition, actor.name());
    } catch (IllegalArgumentException e) {
      throw Acts.invalid("name", Fields.detail(e));
    }
  }

  /** Takes away what operators changed. */
  @DeleteMapping("/ops/v1/schedules/{name}")
  ResponseEntity<ScheduleView> reset(@PathVariable String name, Actor actor) {
    verbs.find(name);
    acts.act(
        actor,
        Act.of("schedule.reset", "schedule:" + name),
        () -> {
          if (!schedules.reset(name, actor.name())) {
            throw Acts.conflict("The schedule is as configured: there is nothing to take away.");
          }
        });
    return schedules
        .find(name)
        .map(left -> ResponseEntity.ok(ScheduleView.of(left)))
        .orElseGet(() -> ResponseEntity.noContent().build());
  }

  @PostMapping("/ops/v1/schedules/{name}/pause")
  ScheduleView pause(@PathVariable String name, Actor actor, HttpServletRequest request) {
    var reason = Reasons.read(request, "paused by an operator");
    verbs.pause(name, reason, actor);
    return read(name);
  }

  @PostMapping("/ops/v1/schedules/{name}/resume")
  ScheduleView resume(@PathVariable String name, Actor actor, HttpServletRequest request) {
    Reasons.none(request);
    verbs.resume(name, actor);
    return read(name);
  }

  /** Runs what a schedule does now, besides its ticks. */
  @PostMapping("/ops/v1/schedules/{name}/run")
  ResponseEntity<RunView> run(@PathVariable String name, Actor actor, HttpServletRequest request) {
    Reasons.none(request);
    return ResponseEntity.status(HttpStatus.ACCEPTED).body(RunView.of(verbs.run(name, actor)));
  }

  /** A run as operators see it. */
  record RunView(
      UUID id,
      Instant tick,
      Instant dueAt,
      String startedBy,
      String state,
      @Nullable Long execution,
      @Nullable UUID job,
      @Nullable String detail,
      @Nullable Instant launchedAt,
      @Nullable Instant endedAt) {

    static RunView of(ScheduleRun run) {
      return new RunView(
          run.id(),
          run.tick(),
          run.dueAt(),
          run.startedBy(),
          run.state().name().toLowerCase(Locale.ROOT),
          run.execution(),
          run.job(),
          run.detail(),
          run.launchedAt(),
          run.endedAt());
    }
  }
}
