package dev.offstage.ingest.job;

import dev.offstage.body.Bodies;
import dev.offstage.body.Fields;
import dev.offstage.client.JobControl;
import dev.offstage.ingest.auth.Caller;
import dev.offstage.ingest.enqueue.EnqueueProblems;
import dev.offstage.job.JobId;
import dev.offstage.job.JobState;
import dev.offstage.problem.ProblemType;
import dev.offstage.store.JobFilter;
import dev.offstage.store.JobSearch;
import dev.offstage.store.JobStore;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.parameters.RequestBody;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

@RestController
@Tag(name = "Jobs")
class VerbController {
  private static final ProblemType NOT_REDRIVABLE =
      ProblemType.of(409, "not-redrivable", "Neither discarded nor cancelled");
  private static final EnumSet<JobState> REDRIVABLE =
      EnumSet.of(JobState.DISCARDED, JobState.CANCELLED);

  private static final int MAX_BODY = 64 * 1024;
  private static final int MAX_REDRIVEN = 10_000;
  private static final int PAGE = 1_000;
  private static final int MAX_PAGES = 50;

  private final JobControl control;
  private final JobStore jobs;
  private final JobSearch search;

  VerbController(JobControl control, JobStore jobs, JobSearch search) {
    this.control = control;
    this.jobs = jobs;
    this.search = search;
  }

  /** The description of the optional body of a cancel. */
  @Schema(name = "Cancel")
  record CancelRequest(@Schema(maxLength = 200) @Nullable String reason) {}

  @Operation(
      operationId = "cancelJob",
      summary = "Cancels a job",
      description =
          """
          One that does not run is cancelled at once. One that runs is asked to end, within a second \
          or so, and reads as `running` until it has. One that has ended stays as it is.\
          """,
      requestBody =
          @RequestBody(
              content =
                  @Content(
                      mediaType = MediaType.APPLICATION_JSON_VALUE,
                      schema = @Schema(implementation = CancelRequest.class))))
  @ApiResponse(responseCode = "200", description = "It has ended")
  @ApiResponse(responseCode = "202", description = "It is asked to end")
  @PostMapping(path = "/v1/jobs/{id}/cancel", produces = MediaType.APPLICATION_JSON_VALUE)
  ResponseEntity<JobView> cancel(
      @Parameter(schema = @Schema(format = "uuid")) @PathVariable String id,
      Caller caller,
      @Parameter(hidden = true) HttpServletRequest request) {
    var jobId = PathIds.job(id);
    var state =
        control
            .cancel(jobId, caller.tenant(), caller.owner(), Reasons.read(request))
            .orElseThrow(PathIds::missing);
    return ResponseEntity.status(state.isTerminal() ? HttpStatus.OK : HttpStatus.ACCEPTED)
        .body(view(jobId, caller));
  }

  @Operation(
      operationId = "redriveJob",
      summary = "Lets a discarded or cancelled job start anew",
      description = "With all its attempts before it. A server's key only.")
  @PostMapping(path = "/v1/jobs/{id}/redrive", produces = MediaType.APPLICATION_JSON_VALUE)
  JobView redrive(
      @Parameter(schema = @Schema(format = "uuid")) @PathVariable String id, Caller caller) {
    caller.mustBeServer();
    var jobId = PathIds.job(id);
    var redriven = control.redrive(List.of(jobId), caller.tenant(), Duration.ZERO);
    var refused = redriven.refused().get(jobId);
    if (refused != null) {
      throw EnqueueProblems.UNIQUE_KEY_TAKEN.because("The job cannot start anew: " + refused + ".");
    }
    var view = view(jobId, caller);
    if (redriven.redriven().isEmpty()) {
      throw NOT_REDRIVABLE.because(
          "The job is " + view.state() + " (expected: discarded or cancelled).");
    }
    return view;
  }

  private JobView view(JobId id, Caller caller) {
    return jobs.find(id, caller.tenant(), caller.owner())
        .map(job -> JobView.of(job, search.blockedBy(List.of(job))))
        .orElseThrow(PathIds::missing);
  }

  /** The description of what a redrive by filter reads. */
  @Schema(name = "Redrive")
  record RedriveRequest(
      @Schema(description = "discarded, cancelled or both; discarded by default")
          @Nullable List<String> state,
      @Nullable String kind,
      @Nullable String pool,
      @Nullable String queue,
      @Nullable String tag,
      @Nullable String owner,
      @Nullable UUID workflow,
      @Nullable String error,
      @Nullable String q,
      @Nullable Instant createdFrom,
      @Nullable Instant createdTo,
      @Schema(description = "Only tells what would be redriven") @Nullable Boolean dryRun,
      @Schema(
              description = "How many fall due in a second; all at once by default",
              minimum = "1",
              maximum = "10000")
          @Nullable Integer perSecond,
      @Schema(minimum = "1", maximum = "10000", defaultValue = "1000") @Nullable Integer limit) {}

  /**
   * What a redrive came to.
   *
   * @param matched how many the filter means, up to the limit
   * @param redriven how many of them start anew; 0 in a dry run
   * @param refused those that cannot, and why
   * @param jobs the newest of those that matched, at most twenty
   * @param more whether the filter may mean more
   */
  @Schema(name = "Redriven")
  record RedrivenView(
      int matched, int redriven, List<RefusedView> refused, List<String> jobs, boolean more) {}

  @Schema(name = "NotRedriven")
  record RefusedView(String id, String detail) {}

  @Operation(
      operationId = "redriveJobs",
      summary = "Lets those jobs start anew that a filter means",
      description = "Newest first. A server's key only.",
      requestBody =
          @RequestBody(
              required = true,
              content =
                  @Content(
                      mediaType = MediaType.APPLICATION_JSON_VALUE,
                      schema = @Schema(implementation = RedriveRequest.class))))
  @PostMapping(
      path = "/v1/jobs:redrive",
      consumes = MediaType.APPLICATION_JSON_VALUE,
      produces = MediaType.APPLICATION_JSON_VALUE)
  RedrivenView redriveAll(Caller caller, @Parameter(hidden = true) HttpServletRequest request) {
    caller.mustBeServer();
    var fields = Fields.of(Bodies.json(request, MAX_BODY));
    var filter = Filters.read(fields, caller);
    boolean dryRun = fields.flag("dryRun");
    int perSecond = fields.whole("perSecond", 1, 10_000, 0);
    int limit = fields.whole("limit", 1, MAX_REDRIVEN, 1_000);
    if (!REDRIVABLE.containsAll(filter.states())) {
      fields.wrong("state", "not one that can be redriven (expected: discarded, cancelled)");
    }
    fields.noOthers();
    fields.check();
    var states = filter.states().isEmpty() ? EnumSet.of(JobState.DISCARDED) : filter.states();
    var matched = matching(filter.in(states), limit);
    var ids = matched.jobs();
    var sample = ids.stream().limit(20).map(JobId::toString).toList();
    boolean more = matched.next() != null;
    if (dryRun) {
      return new RedrivenView(ids.size(), 0, List.of(), sample, more);
    }
    var spacing = perSecond == 0 ? Duration.ZERO : Duration.ofSeconds(1).dividedBy(perSecond);
    var redriven = control.redrive(ids, caller.tenant(), spacing);
    var refused = new ArrayList<RefusedView>();
    redriven.refused().forEach((id, why) -> refused.add(new RefusedView(id.toString(), why)));
    return new RedrivenView(ids.size(), redriven.redriven().size(), refused, sample, more);
  }

  private JobFilter.Page<JobId> matching(JobFilter filter, int limit) {
    var ids = new ArrayList<JobId>();
    JobId next = null;
    try {
      for (int page = 0; page < MAX_PAGES && ids.size() < limit; page++) {
        var found = search.findIds(filter, next, Math.min(PAGE, limit - ids.size()));
        ids.addAll(found.jobs());
        next = found.next();
        if (next == null) {
          break;
        }
      }
    } catch (JobSearch.TooManyKindsException e) {
      throw SearchController.tooMany(e);
    }
    return new JobFilter.Page<>(ids, next);
  }
}
