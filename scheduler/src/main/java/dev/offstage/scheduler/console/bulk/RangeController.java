package dev.offstage.scheduler.console.bulk;

import dev.offstage.audit.Act;
import dev.offstage.audit.Actor;
import dev.offstage.body.Bodies;
import dev.offstage.body.Fields;
import dev.offstage.scheduler.batch.BatchRange;
import dev.offstage.scheduler.batch.Batches;
import dev.offstage.scheduler.console.act.Acts;
import dev.offstage.scheduler.console.act.Asked;
import dev.offstage.scheduler.console.act.Reasons;
import jakarta.servlet.http.HttpServletRequest;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** Batches run for each day of a range. */
@RestController
class RangeController {
  private static final int MAX_BODY = 64 * 1024;
  private static final int MAX_AT_ONCE = 50;
  private static final int DEFAULT_LIMIT = 50;
  private static final int MAX_LIMIT = 200;

  private final Batches batches;
  private final Acts acts;

  RangeController(Batches batches, Acts acts) {
    this.batches = batches;
    this.acts = acts;
  }

  /**
   * @param next {@code cursor} of the next page; null at the end
   */
  record RangesView(List<BatchRange> ranges, @Nullable String next) {}

  @PostMapping("/ops/v1/batches/{name}/range")
  ResponseEntity<BatchRange> start(
      @PathVariable String name, Actor actor, HttpServletRequest request) {
    var fields = Fields.of(Bodies.json(request, MAX_BODY));
    var from = fields.required("from", "a day such as 2026-11-03", RangeController::day);
    var to = fields.required("to", "a day such as 2026-11-09", RangeController::day);
    int atOnce = fields.whole("atOnce", 1, MAX_AT_ONCE, 1);
    var others = BatchParameters.read(fields, "parameters");
    fields.noOthers();
    fields.check();
    if (batches.all().stream().noneMatch(each -> each.name().equals(name))) {
      throw Acts.missing("batch");
    }
    var first = Objects.requireNonNull(from);
    var last = Objects.requireNonNull(to);
    var act =
        new Act("batch.range", "batch:" + name, others.get("tenant"), Map.of("parameters", others))
            .with("from", first.toString())
            .with("to", last.toString())
            .with("atOnce", atOnce);
    long range =
        acts.act(
            actor,
            act,
            () -> batches.startRange(name, first, last, atOnce, others, actor.name()),
            id -> Map.of("range", id));
    return ResponseEntity.status(HttpStatus.ACCEPTED).body(find(range));
  }

  private static LocalDate day(String text) {
    try {
      return LocalDate.parse(text);
    } catch (DateTimeException e) {
      throw new IllegalArgumentException(
          "day: " + Fields.shown(text) + " (expected: a day such as 2026-11-03)", e);
    }
  }

  @GetMapping("/ops/v1/ranges")
  RangesView all(HttpServletRequest request) {
    var fields = Fields.ofQuery(request);
    long before = fields.whole("cursor", 1L, Long.MAX_VALUE / 10, 0L);
    int limit = fields.whole("limit", 1, MAX_LIMIT, DEFAULT_LIMIT);
    fields.noOthers();
    fields.check();
    var found = batches.listRanges(before == 0 ? null : before, limit);
    return new RangesView(found, found.size() < limit ? null : Long.toString(found.getLast().id()));
  }

  @GetMapping("/ops/v1/ranges/{id}")
  BatchRange read(@PathVariable String id) {
    return find(Asked.number(id, "range"));
  }

  /** Begins no more days; what runs goes on. */
  @PostMapping("/ops/v1/ranges/{id}/stop")
  BatchRange stop(@PathVariable String id, Actor actor, HttpServletRequest request) {
    Reasons.none(request);
    long range = Asked.number(id, "range");
    acts.act(actor, Act.of("batch.stop-range", "range:" + range), () -> batches.stopRange(range));
    return find(range);
  }

  private BatchRange find(long range) {
    return batches.findRange(range).orElseThrow(() -> Acts.missing("range"));
  }
}
