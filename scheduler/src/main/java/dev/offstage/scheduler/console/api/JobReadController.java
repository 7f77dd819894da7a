package dev.offstage.scheduler.console.api;

import dev.offstage.audit.Act;
import dev.offstage.audit.Actor;
import dev.offstage.body.Fields;
import dev.offstage.job.Job;
import dev.offstage.job.JobId;
import dev.offstage.scheduler.console.act.Acts;
import dev.offstage.store.JobNotes;
import dev.offstage.store.JobSearch;
import dev.offstage.store.JobStore;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** Jobs of all tenants: searched and read. */
@RestController
class JobReadController {
  private static final int DEFAULT_LIMIT = 50;
  private static final int MAX_LIMIT = 200;
  private static final int MAX_LINES = 1_000;

  private final JobsOfAll all;
  private final JobStore jobs;
  private final JobNotes notes;
  private final Acts acts;

  JobReadController(JobsOfAll all, JobStore jobs, JobNotes notes, Acts acts) {
    this.all = all;
    this.jobs = jobs;
    this.notes = notes;
    this.acts = acts;
  }

  /**
   * @param next {@code cursor} of the next page; null at the end. A page may be short and have one
   *     all the same
   */
  record JobPage(List<OperatedJob> jobs, @Nullable String next) {}

  @GetMapping("/ops/v1/jobs")
  JobPage search(HttpServletRequest request) {
    var fields = Fields.ofQuery(request);
    var tenant = JobFilters.tenant(fields);
    var filter = JobFilters.read(fields, tenant == null ? "" : tenant);
    var before = fields.text("cursor", JobReadController::cursor);
    int limit = fields.whole("limit", 1, MAX_LIMIT, DEFAULT_LIMIT);
    fields.noOthers();
    fields.check();
    try {
      var page = all.find(filter, tenant, before, limit);
      var next = page.next();
      return new JobPage(
          page.jobs().stream().map(OperatedJob::of).toList(),
          next == null ? null : next.toString());
    } catch (JobSearch.TooManyKindsException e) {
      throw Acts.invalid("kind", e.getMessage() + " (expected: a kind, or a longer beginning)");
    }
  }

  private static JobId cursor(String text) {
    try {
      return JobId.of(text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("cursor: not one (expected: next of a page)", e);
    }
  }

  @GetMapping("/ops/v1/jobs/{id}")
  OperatedJob read(@PathVariable String id) {
    return OperatedJob.of(find(id));
  }

  /** Of a job's log. */
  record LogLine(int claim, int number, Instant at, String line) {}

  record Log(List<LogLine> lines) {}

  /** The newest claims' lines are behind {@code afterClaim}. */
  @GetMapping("/ops/v1/jobs/{id}/log")
  Log log(@PathVariable String id, HttpServletRequest request) {
    var job = find(id);
    var fields = Fields.ofQuery(request);
    int claim = fields.whole("afterClaim", 0, Integer.MAX_VALUE, 0);
    int line = fields.whole("afterLine", 0, Integer.MAX_VALUE, 0);
    fields.noOthers();
    fields.check();
    return new Log(
        notes.log(job.id(), claim, line, MAX_LINES).stream()
            .map(each -> new LogLine(each.claimNo(), each.lineNo(), each.at(), each.line()))
            .toList());
  }

  /** A payload may hold what is not for everybody: looking is an act, of operators. */
  @PostMapping(path = "/ops/v1/jobs/{id}/payload", produces = MediaType.APPLICATION_JSON_VALUE)
  ResponseEntity<String> payload(@PathVariable String id, Actor actor) {
    var job = find(id);
    return ResponseEntity.ok(
        acts.act(
            actor,
            Act.of("job.look-at-payload", "job:" + job.id()).of(job.tenant()),
            job::payload,
            payload -> Map.of()));
  }

  private Job find(String id) {
    return jobs.findAll(List.of(JobFilters.id(id))).stream()
        .findFirst()
        .orElseThrow(() -> Acts.missing("job"));
  }
}
