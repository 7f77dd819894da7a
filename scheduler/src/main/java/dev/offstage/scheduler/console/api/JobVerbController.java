package dev.offstage.scheduler.console.api;

import dev.offstage.audit.Act;
import dev.offstage.audit.Actor;
import dev.offstage.body.Bodies;
import dev.offstage.body.Fields;
import dev.offstage.client.JobControl;
import dev.offstage.job.Job;
import dev.offstage.job.JobId;
import dev.offstage.job.JobState;
import dev.offstage.scheduler.console.act.Acts;
import dev.offstage.scheduler.console.act.Asked;
import dev.offstage.scheduler.console.act.Reasons;
import dev.offstage.store.JobFilter;
import dev.offstage.store.JobSearch;
import dev.offstage.store.JobStore;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** What operators do to jobs. */
@RestController
class JobVerbController {
  private static final EnumSet<JobState> REDRIVABLE =
      EnumSet.of(JobState.DISCARDED, JobState.CANCELLED);
  private static final int MAX_BODY = 64 * 1024;
  private static final int MAX_JOBS = 10_000;
  private static final int PAGE = 1_000;
  private static final int MAX_PAGES = 50;

  private final JobControl control;
  private final JobStore jobs;
  private final JobSearch search;
  private final Acts acts;

  JobVerbController(JobControl control, JobStore jobs, JobSearch search, Acts acts) {
    this.control = control;
    this.jobs = jobs;
    this.search = search;
    this.acts = acts;
  }

  /** One that waits for a time, or for its next attempt, is tried now. */
  @PostMapping("/ops/v1/jobs/{id}/retry")
  OperatedJob retry(@PathVariable String id, Actor actor) {
    var job = find(JobFilters.id(id));
    acts.act(
        actor,
        act("job.retry", job),
        () -> {
          if (!control.hasten(job.id(), job.tenant())) {
            throw Acts.conflict(
                "The job is %s and waits for no time (expected: scheduled or retryable; redrive"
                        .formatted(job.state().text())
                    + " lets a discarded one start anew).");
          }
        });
    return OperatedJob.of(find(job.id()));
  }

  @PostMapping("/ops/v1/jobs/{id}/cancel")
  OperatedJob cancel(@PathVariable String id, Actor actor, HttpServletRequest request) {
    var job = find(JobFilters.id(id));
    var reason = Reasons.read(request, "cancelled by an operator");
    acts.act(
        actor,
        act("job.cancel", job).with("reason", reason),
        () ->
            control
                .cancel(job.id(), job.tenant(), null, reason)
                .orElseThrow(() -> Acts.missing("job")),
        state -> Map.of("state", state.text()));
    return OperatedJob.of(find(job.id()));
  }

  @PostMapping("/ops/v1/jobs/{id}/redrive")
  OperatedJob redrive(@PathVariable String id, Actor actor) {
    var job = find(JobFilters.id(id));
    acts.act(
        actor,
        act("job.redrive", job),
        () -> {
          var redriven = control.redrive(List.of(job.id()), job.tenant(), Duration.ZERO);
          var refused = redriven.refused().get(job.id());
          if (refused != null) {
            throw Acts.conflict("The job cannot start anew: " + refused + ".");
          }
          if (redriven.redriven().isEmpty()) {
            throw Acts.conflict(
                "The job is %s (expected: discarded or cancelled).".formatted(job.state().text()));
          }
        });
    return OperatedJob.of(find(job.id()));
  }

  private static Act act(String action, Job job) {
    return Act.of(action, "job:" + job.id()).of(job.tenant()).with("kind", job.kind().name());
  }

  private Job find(JobId id) {
    return jobs.findAll(List.of(id)).stream().findFirst().orElseThrow(() -> Acts.missing("job"));
  }

  /**
   * What a verb on many came to.
   *
   * @param matched how many the filter means, up to the limit
   * @param done to how many of them it was done; 0 in a dry run
   * @param refused those to which it could not be done, and why
   * @param jobs the newest that matched, at most twenty
   * @param more whether the filter may mean more
   */
  record ManyView(
      int matched, int done, Map<String, String> refused, List<String> jobs, boolean more) {}

  /** What is asked for by filter. */
  private record Many(
      JobFilter filter,
      @Nullable String tenant,
      boolean dryRun,
      int perSecond,
      int limit,
      @Nullable String reason,
      Map<String, Object> asked) {}

  @PostMapping("/ops/v1/jobs:redrive")
  ManyView redriveMany(Actor actor, HttpServletRequest request) {
    var many = read(request, REDRIVABLE, EnumSet.of(JobState.DISCARDED), true);
    var matched = matching(many);
    if (many.dryRun) {
      return view(matched, 0, Map.of());
    }
    var spacing =
        many.perSecond == 0 ? Duration.ZERO : Duration.ofSeconds(1).dividedBy(many.perSecond);
    return acts.act(
        actor,
        act("job.redrive-many", many),
        () -> {
          var redriven = control.redrive(matched.jobs(), many.filter.tenant(), spacing);
          var refused = new LinkedHashMap<String, String>();
          redriven.refused().forEach((id, why) -> refused.put(id.toString(), why));
          return view(matched, redriven.redriven().size(), refused);
        },
        JobVerbController::result);
  }

  @PostMapping("/ops/v1/jobs:cancel")
  ManyView cancelMany(Actor actor, HttpServletRequest request) {
    var live = EnumSet.allOf(JobState.class);
    live.removeIf(JobState::isTerminal);
    var many = read(request, live, live, false);
    var matched = matching(many);
    if (many.dryRun) {
      return view(matched, 0, Map.of());
    }
    var reason = many.reason == null ? "cancelled by an operator" : many.reason;
    return acts.act(
        actor,
        act("job.cancel-many", many),
        () -> {
          var states = control.cancelAll(matched.jobs(), many.filter.tenant(), null, reason);
          return view(matched, states.size(), Map.of());
        },
        JobVerbController::result);
  }

  private static Act act(String action, Many many) {
    var act = Act.of(action, "jobs").of(many.filter.tenant());
    for (var each : many.asked.entrySet()) {
      act = act.with(each.getKey(), each.getValue());
    }
    return act;
  }

  private static Map<String, Object> result(ManyView view) {
    return Map.of(
        "matched",
        view.matched,
        "done",
        view.done,
        "refused",
        view.refused.size(),
        "more",
        view.more);
  }

  private static ManyView view(
      JobFilter.Page<JobId> matched, int done, Map<String, String> refused) {
    var sample = matched.jobs().stream().limit(20).map(JobId::toString).toList();
    return new ManyView(matched.jobs().size(), done, refused, sample, matched.next() != null);
  }

  private static Many read(
      HttpServletRequest request,
      EnumSet<JobState> allowed,
      EnumSet<JobState> otherwise,
      boolean paced) {
    var body = Bodies.json(request, MAX_BODY);
    var fields = Fields.of(body);
    var tenant = fields.required("tenant", "whose jobs", text -> Asked.text("tenant", text));
    var filter = JobFilters.read(fields, tenant == null ? "" : tenant);
    if (!allowed.containsAll(filter.states())) {
      fields.wrong(
          "state",
          "not one to which this can be done (expected: %s)"
              .formatted(String.join(", ", allowed.stream().map(JobState::text).toList())));
    }
    boolean dryRun = fields.flag("dryRun");
    int perSecond = paced ? fields.whole("perSecond", 1, 10_000, 0) : 0;
    int limit = fields.whole("limit", 1, MAX_JOBS, PAGE);
    var reason = paced ? null : Asked.text(fields, "reason");
    fields.noOthers();
    fields.check();
    var asked = new LinkedHashMap<String, Object>();
    body.properties().forEach(each -> asked.put(each.getKey(), each.getValue()));
    return new Many(
        filter.in(filter.states().isEmpty() ? otherwise : filter.states()),
        tenant,
        dryRun,
        perSecond,
        limit,
        reason,
        asked);
  }

  private JobFilter.Page<JobId> matching(Many many) {
    var ids = new ArrayList<JobId>();
    JobId next = null;
    try {
      for (int page = 0; page < MAX_PAGES && ids.size() < many.limit; page++) {
        var found = search.findIds(many.filter, next, Math.min(PAGE, many.limit - ids.size()));
        ids.addAll(found.jobs());
        next = found.next();
        if (next == null) {
          break;
        }
      }
    } catch (JobSearch.TooManyKindsException e) {
      throw Acts.invalid("kind", e.getMessage() + " (expected: a kind, or a longer beginning)");
    }
    return new JobFilter.Page<>(ids, next);
  }
}
