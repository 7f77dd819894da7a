package dev.offstage.ingest.workflow;

import dev.offstage.body.Bodies;
import dev.offstage.body.Fields;
import dev.offstage.client.JobRefusedException;
import dev.offstage.client.WorkflowClient;
import dev.offstage.ingest.auth.Caller;
import dev.offstage.ingest.enqueue.EnqueueProblems;
import dev.offstage.ingest.enqueue.RepeatKeys;
import dev.offstage.ingest.job.JobView;
import dev.offstage.ingest.job.Paging;
import dev.offstage.ingest.job.Reasons;
import dev.offstage.job.Enqueued;
import dev.offstage.job.IdempotencyKey;
import dev.offstage.job.JobId;
import dev.offstage.job.NewWorkflow;
import dev.offstage.problem.FieldProblem;
import dev.offstage.problem.ProblemException;
import dev.offstage.problem.ProblemType;
import dev.offstage.store.JobFilter;
import dev.offstage.store.JobSearch;
import dev.offstage.store.Workflow;
import dev.offstage.store.WorkflowStore;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.headers.Header;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.parameters.RequestBody;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.CacheControl;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RestController;

@RestController
@Tag(name = "Workflows")
class WorkflowController {
  private static final int MAX_BODY = 16 * 1024 * 1024;

  private final WorkflowReader reader;
  private final WorkflowClient client;
  private final WorkflowStore workflows;
  private final JobSearch search;

  WorkflowController(
      WorkflowReader reader, WorkflowClient client, WorkflowStore workflows, JobSearch search) {
    this.reader = reader;
    this.client = client;
    this.workflows = workflows;
    this.search = search;
  }

  /**
   * @param jobs the id of each job, by its ref
   */
  @Schema(name = "StartedWorkflow")
  record StartedView(String id, Map<String, String> jobs) {}

  @Operation(
      operationId = "startWorkflow",
      summary = "Starts jobs that wait for each other, all or none",
      description =
          """
          A job runs once all that it names in `after` have completed, and finds their results. \
          With `Idempotency-Key`, a repeat is answered with the same workflow; the same key with \
          another body is refused. A server's key only.\
          """,
      requestBody =
          @RequestBody(
              required = true,
              content =
                  @Content(
                      mediaType = MediaType.APPLICATION_JSON_VALUE,
                      schema = @Schema(implementation = WorkflowRequest.class))))
  @ApiResponse(
      responseCode = "202",
      description = "Accepted; follow it at Location",
      headers = @Header(name = "Location", schema = @Schema(type = "string")))
  @PostMapping(
      path = "/v1/workflows",
      consumes = MediaType.APPLICATION_JSON_VALUE,
      produces = MediaType.APPLICATION_JSON_VALUE)
  ResponseEntity<StartedView> start(
      @Parameter(description = "1 to 128 characters, remembered for 24 hours")
          @RequestHeader(name = RepeatKeys.HEADER, required = false)
          @Nullable String idempotencyKey,
      Caller caller,
      @Parameter(hidden = true) HttpServletRequest request) {
    caller.mustBeServer();
    var body = Bodies.json(request, MAX_BODY);
    var workflow = reader.read(body, caller);
    var started = start(workflow, RepeatKeys.of(caller, idempotencyKey, body));
    if (!started.refused().isEmpty()) {
      throw refused(started.refused());
    }
    var jobs = new LinkedHashMap<String, String>();
    started.jobs().forEach((ref, id) -> jobs.put(ref, id.toString()));
    var answer = ResponseEntity.accepted().location(URI.create("/v1/workflows/" + started.id()));
    if (started.repeated()) {
      answer.header(RepeatKeys.REPLAYED, "true");
    }
    return answer.body(new StartedView(started.id().toString(), jobs));
  }

  private WorkflowClient.Started start(NewWorkflow workflow, @Nullable IdempotencyKey key) {
    try {
      return client.start(workflow, key);
    } catch (JobRefusedException e) {
      throw EnqueueProblems.of(e.refused());
    }
  }

  /** As the first job that was refused would be on its own, naming each. */
  private static ProblemException refused(Map<String, Enqueued.Refused> refused) {
    return EnqueueProblems.of(refused.values().iterator().next())
        .errors(
            refused.entrySet().stream()
                .limit(50)
                .map(each -> new FieldProblem(each.getKey(), each.getValue().detail()))
                .toList());
  }

  /**
   * A workflow as it stands.
   *
   * @param state running, completed (all have), or ended (all have ended, one of them otherwise)
   * @param live jobs that have not ended
   * @param jobs newest first, without their results
   * @param next the path of the next jobs; null if these are the last
   */
  @Schema(name = "Workflow")
  record WorkflowView(
      String id,
      String name,
      @Nullable String owner,
      @Schema(allowableValues = {"running", "completed", "ended"}) String state,
      @Schema(allowableValues = {"cancel", "continue", "hold"}) String onDiscard,
      int live,
      int completed,
      int cancelled,
      int discarded,
      Instant createdAt,
      @Nullable Instant endedAt,
      List<JobView> jobs,
      @Nullable String next) {}

  @Operation(operationId = "readWorkflow", summary = "Reads a workflow and its jobs")
  @Paging.Described
  @GetMapping(path = "/v1/workflows/{id}", produces = MediaType.APPLICATION_JSON_VALUE)
  ResponseEntity<WorkflowView> read(
      @Parameter(schema = @Schema(format = "uuid")) @PathVariable String id,
      Caller caller,
      @Parameter(hidden = true) HttpServletRequest request) {
    var fields = Fields.ofQuery(request);
    var paging = Paging.read(fields);
    fields.noOthers();
    fields.check();
    return ResponseEntity.ok()
        .cacheControl(CacheControl.noCache().cachePrivate())
        .body(view(idOf(id), caller, paging));
  }

  @Operation(
      operationId = "cancelWorkflow",
      summary = "Cancels what has not ended of a workflow",
      description = "And what waits for the whole of it. Jobs that run are asked to end.")
  @PostMapping(path = "/v1/workflows/{id}/cancel", produces = MediaType.APPLICATION_JSON_VALUE)
  WorkflowView cancel(
      @Parameter(schema = @Schema(format = "uuid")) @PathVariable String id,
      Caller caller,
      @Parameter(hidden = true) HttpServletRequest request) {
    var workflow = idOf(id);
    if (!client.cancel(workflow, caller.tenant(), caller.owner(), Reasons.read(request))) {
      throw missing();
    }
    return view(workflow, caller, Paging.FIRST);
  }

  private WorkflowView view(UUID id, Caller caller, Paging paging) {
    var workflow =
        workflows
            .find(id, caller.tenant(), caller.owner())
            .orElseThrow(WorkflowController::missing);
    var page = search.find(jobsOf(id, caller), paging.before(), paging.limit());
    return new WorkflowView(
        id.toString(),
        workflow.name(),
        workflow.owner(),
        state(workflow),
        workflow.onDiscard().text(),
        workflow.live(),
        workflow.completed(),
        workflow.cancelled(),
        workflow.discarded(),
        workflow.createdAt(),
        workflow.endedAt(),
        JobView.of(page.jobs(), search.blockedBy(page.jobs())),
        page.next() == null
            ? null
            : "/v1/workflows/%s?limit=%d&cursor=%s".formatted(id, paging.limit(), page.next()));
  }

  private static JobFilter jobsOf(UUID workflow, Caller caller) {
    return new JobFilter(
        caller.tenant(),
        caller.owner(),
        Set.of(),
        null,
        null,
        null,
        workflow,
        null,
        null,
        null,
        null);
  }

  private static String state(Workflow workflow) {
    return workflow.endedAt() == null
        ? "running"
        : workflow.cancelled() + workflow.discarded() == 0 ? "completed" : "ended";
  }

  private static UUID idOf(String text) {
    try {
      return JobId.of(text).value();
    } catch (IllegalArgumentException e) {
      throw ProblemType.NOT_FOUND.because("There is no such workflow: an id is a UUID.");
    }
  }

  private static ProblemException missing() {
    return ProblemType.NOT_FOUND.because("There is no such workflow.");
  }
}
