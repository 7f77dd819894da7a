package dev.offstage.scheduler.console.bulk;

import dev.offstage.audit.Actor;
import dev.offstage.body.Bodies;
import dev.offstage.body.Fields;
import dev.offstage.body.Words;
import dev.offstage.scheduler.batch.Batch;
import dev.offstage.scheduler.batch.BatchFilter;
import dev.offstage.scheduler.batch.BatchParameter;
import dev.offstage.scheduler.batch.BatchRun;
import dev.offstage.scheduler.batch.BatchSkip;
import dev.offstage.scheduler.batch.BatchState;
import dev.offstage.scheduler.batch.Batches;
import dev.offstage.scheduler.console.act.Asked;
import dev.offstage.scheduler.console.act.Reasons;
import jakarta.servlet.http.HttpServletRequest;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** Batches and their executions. */
@RestController
class ExecutionController {
  private static final int MAX_BODY = 64 * 1024;
  private static final int DEFAULT_LIMIT = 50;
  private static final int MAX_LIMIT = 200;
  private static final int MAX_SKIPS = 1_000;

  private final Batches batches;
  private final ExecutionActs verbs;

  ExecutionController(Batches batches, ExecutionActs verbs) {
    this.batches = batches;
    this.verbs = verbs;
  }

  record BatchesView(List<BatchView> batches) {}

  /**
   * @param daily whether it can be run for a range of days
   */
  record BatchView(
      String name, String description, boolean daily, List<ParameterView> parameters) {}

  record ParameterView(
      String name,
      String type,
      boolean required,
      @Nullable String defaultValue,
      String expected,
      String description) {

    static ParameterView of(BatchParameter each) {
      return new ParameterView(
          each.name(),
          each.type().name().toLowerCase(Locale.ROOT),
          each.required(),
          each.defaultValue(),
          each.expectation(),
          each.description());
    }
  }

  @GetMapping("/ops/v1/batches")
  BatchesView all() {
    return new BatchesView(batches.all().stream().map(ExecutionController::view).toList());
  }

  private static BatchView view(Batch batch) {
    return new BatchView(
        batch.name(),
        batch.description(),
        batch.isDaily(),
        batch.parameters().stream().map(ParameterView::of).toList());
  }

  /**
   * Starts a batch. {@code again} runs it once more where it has completed for these parameters.
   */
  @PostMapping("/ops/v1/batches/{name}/start")
  ResponseEntity<BatchRun> start(
      @PathVariable String name, Actor actor, HttpServletRequest request) {
    var fields = Fields.of(Bodies.json(request, MAX_BODY));
    var parameters = BatchParameters.read(fields, "parameters");
    boolean again = fields.flag("again");
    fields.noOthers();
    fields.check();
    return accepted(verbs.start(name, parameters, again, actor));
  }

  private static ResponseEntity<BatchRun> accepted(BatchRun run) {
    return ResponseEntity.status(HttpStatus.ACCEPTED).body(run);
  }

  /**
   * @param next {@code cursor} of the next page; null at the end
   */
  record ExecutionsView(List<BatchRun> executions, @Nullable String next) {}

  @GetMapping("/ops/v1/executions")
  ExecutionsView executions(HttpServletRequest request) {
    var fields = Fields.ofQuery(request);
    var states = EnumSet.noneOf(BatchState.class);
    for (var text : fields.wordsOf("state")) {
      var state = fields.made("state", () -> Words.of(BatchState.class, "state", text));
      if (state != null) {
        states.add(state);
      }
    }
    long range = fields.whole("range", 1L, Long.MAX_VALUE / 10, 0L);
    var filter =
        new BatchFilter(
            Asked.text(fields, "batch"),
            states,
            Asked.text(fields, "tenant"),
            range == 0 ? null : range,
            fields.time("from"),
            fields.time("to"));
    long before = fields.whole("cursor", 1L, Long.MAX_VALUE / 10, 0L);
    int limit = fields.whole("limit", 1, MAX_LIMIT, DEFAULT_LIMIT);
    fields.noOthers();
    fields.check();
    var found = batches.list(filter, before == 0 ? null : before, limit);
    return new ExecutionsView(
        found, found.size() < limit ? null : Long.toString(found.getLast().execution()));
  }

  @GetMapping("/ops/v1/executions/{id}")
  BatchRun execution(@PathVariable String id) {
    return verbs.find(Asked.number(id, "execution"));
  }

  record SkipsView(List<BatchSkip> skips, @Nullable String next) {}

  @GetMapping("/ops/v1/executions/{id}/skips")
  SkipsView skips(@PathVariable String id, HttpServletRequest request) {
    long execution = verbs.find(Asked.number(id, "execution")).execution();
    var fields = Fields.ofQuery(request);
    long after = fields.whole("cursor", 1L, Long.MAX_VALUE / 10, 0L);
    int limit = fields.whole("limit", 1, MAX_SKIPS, MAX_SKIPS);
    fields.noOthers();
    fields.check();
    var found = batches.skips(execution, after == 0 ? null : after, limit);
    return new SkipsView(found, found.size() < limit ? null : Long.toString(found.getLast().id()));
  }

  @PostMapping("/ops/v1/executions/{id}/restart")
  ResponseEntity<BatchRun> restart(
      @PathVariable String id, Actor actor, HttpServletRequest request) {
    Reasons.none(request);
    return accepted(verbs.restart(Asked.number(id, "execution"), actor));
  }

  @PostMapping("/ops/v1/executions/{id}/stop")
  BatchRun stop(@PathVariable String id, Actor actor, HttpServletRequest request) {
    Reasons.none(request);
    return verbs.stop(Asked.number(id, "execution"), actor);
  }

  @PostMapping("/ops/v1/executions/{id}/abandon")
  BatchRun abandon(@PathVariable String id, Actor actor, HttpServletRequest request) {
    Reasons.none(request);
    return verbs.abandon(Asked.number(id, "execution"), actor);
  }
}
