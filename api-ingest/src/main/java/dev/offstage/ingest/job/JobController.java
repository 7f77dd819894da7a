package dev.offstage.ingest.job;

import dev.offstage.ingest.auth.Caller;
import dev.offstage.ingest.http.EntityTag;
import dev.offstage.ingest.live.EventStream;
import dev.offstage.ingest.live.EventStream.Event;
import dev.offstage.ingest.live.JobWatch;
import dev.offstage.ingest.live.JobWatches;
import dev.offstage.job.Job;
import dev.offstage.job.JobId;
import dev.offstage.job.JobState;
import dev.offstage.store.JobSearch;
import dev.offstage.store.JobStore;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.json.JsonMapper;

@RestController
@Tag(name = "Jobs")
class JobController {
  private final JobStore jobs;
  private final JobSearch search;
  private final JobWatches watches;
  private final EventStream stream;
  private final JsonMapper json;

  JobController(
      JobStore jobs, JobSearch search, JobWatches watches, EventStream stream, JsonMapper json) {
    this.jobs = jobs;
    this.search = search;
    this.watches = watches;
    this.stream = stream;
    this.json = json;
  }

  @Operation(
      operationId = "readJob",
      summary = "Reads a job, or waits for its next change",
      description =
          """
          With `wait`, answers as soon as the job differs from the one that `If-None-Match` names \
          (without it, from the one now), at once if it has ended, and after that time at the latest.\
          """)
  @ApiResponse(responseCode = "200", description = "The job as it is")
  @ApiResponse(
      responseCode = "304",
      description = "It is still the one that If-None-Match names",
      content = @Content)
  @GetMapping(path = "/v1/jobs/{id}", produces = MediaType.APPLICATION_JSON_VALUE)
  ResponseEntity<JobView> read(
      @Parameter(schema = @Schema(format = "uuid")) @PathVariable String id,
      @Parameter(description = "At most 60s; such as `30s` or `PT30S`")
          @RequestParam(name = "wait", required = false)
          @Nullable String waitFor,
      @RequestHeader(name = HttpHeaders.IF_NONE_MATCH, required = false)
          @Nullable String ifNoneMatch,
      Caller caller)
      throws InterruptedException {
    var wait = Wait.of(waitFor);
    var jobId = PathIds.job(id);
    var job = wait.isZero() ? find(jobId, caller) : await(jobId, caller, wait, ifNoneMatch);
    var answer =
        ResponseEntity.status(
                tag(job).isNamedBy(ifNoneMatch) ? HttpStatus.NOT_MODIFIED : HttpStatus.OK)
            .eTag(tag(job).toString())
            .cacheControl(CacheControl.noCache().cachePrivate());
    return tag(job).isNamedBy(ifNoneMatch) ? answer.build() : answer.body(view(job));
  }

  private Job await(JobId id, Caller caller, Duration wait, @Nullable String ifNoneMatch)
      throws InterruptedException {
    try (var watch = watches.open(id, caller.tenant())) {
      var job = find(id, caller);
      follow(watch, caller);
      boolean known = ifNoneMatch == null || tag(job).isNamedBy(ifNoneMatch);
      if (!known || job.state().isTerminal() || !watch.await(job.version(), wait)) {
        return heard(job, watch);
      }
      return heard(find(id, caller), watch);
    }
  }

  /** A server that watches is no app that could be told otherwise. */
  private static void follow(JobWatch watch, Caller caller) {
    if (caller.owner() != null) {
      watch.follow();
    }
  }

  private static Job heard(Job job, JobWatch watch) {
    if (job.state().isTerminal()) {
      watch.heard();
    }
    return job;
  }

  @Operation(
      operationId = "followJob",
      summary = "Follows a job live",
      description =
          """
          Server-sent events, each with the job as data and its version as id: `state` at first and \
          whenever the state changes, `progress` otherwise, and `result` once it has ended, with which \
          the stream ends. A stream that was cut resumes by `Last-Event-ID`; one resumed after the \
          `result` is answered 204, so that EventSource stops.\
          """)
  @ApiResponse(
      responseCode = "200",
      description = "Events",
      content =
          @Content(
              mediaType = MediaType.TEXT_EVENT_STREAM_VALUE,
              schema = @Schema(type = "string")))
  @ApiResponse(responseCode = "204", description = "Nothing can come any more", content = @Content)
  @GetMapping(path = "/v1/jobs/{id}/events", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
  void events(
      @Parameter(schema = @Schema(format = "uuid")) @PathVariable String id,
      @RequestHeader(name = "Last-Event-ID", required = false) @Nullable String lastEventId,
      Caller caller,
      HttpServletRequest request,
      HttpServletResponse response)
      throws IOException, InterruptedException {
    var jobId = PathIds.job(id);
    try (var watch = watches.open(jobId, caller.tenant())) {
      var job = find(jobId, caller);
      int seen = version(lastEventId, job);
      if (job.state().isTerminal() && seen == job.version()) {
        response.setStatus(HttpStatus.NO_CONTENT.value());
      } else if (request.getMethod().equals("HEAD")) {
        response.setContentType(MediaType.TEXT_EVENT_STREAM_VALUE);
      } else {
        follow(watch, caller);
        var told = new Told(seen == job.version() ? job.state() : null);
        stream.write(
            response,
            watch,
            seen,
            () ->
                jobs.find(jobId, caller.tenant(), caller.owner())
                    .map(
                        now ->
                            new Event(
                                now.version(),
                                told.name(now),
                                text(now),
                                now.state().isTerminal())));
      }
    }
  }

  /** What the client was last told of the state: it decides how the next event is called. */
  private static final class Told {
    private @Nullable JobState state;

    private Told(@Nullable JobState state) {
      this.state = state;
    }

    private String name(Job job) {
      boolean same = job.state() == state;
      state = job.state();
      return state.isTerminal() ? "result" : same ? "progress" : "state";
    }
  }

  private String text(Job job) {
    return json.writeValueAsString(view(job)).replace('\n', ' ').replace('\r', ' ');
  }

  private JobView view(Job job) {
    return JobView.of(job, search.blockedBy(List.of(job)));
  }

  private Job find(JobId id, Caller caller) {
    return jobs.find(id, caller.tenant(), caller.owner()).orElseThrow(PathIds::missing);
  }

  private static EntityTag tag(Job job) {
    return new EntityTag(Integer.toString(job.version()));
  }

  /** The version that the client has; 0 if it has none, or one that there never was. */
  private static int version(@Nullable String lastEventId, Job job) {
    try {
      int version = lastEventId == null ? 0 : Integer.parseInt(lastEventId.strip());
      return version > 0 && version <= job.version() ? version : 0;
    } catch (NumberFormatException e) {
      return 0;
    }
  }
}
