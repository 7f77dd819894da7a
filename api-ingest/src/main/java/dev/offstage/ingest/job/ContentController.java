package dev.offstage.ingest.job;

import dev.offstage.body.Fields;
import dev.offstage.ingest.auth.Caller;
import dev.offstage.job.Job;
import dev.offstage.store.JobNotes;
import dev.offstage.store.JobStore;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.enums.ParameterIn;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.CacheControl;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/** What a job was given, and what its handler wrote down. */
@RestController
@Tag(name = "Jobs")
class ContentController {
  private static final int DEFAULT_LIMIT = 200;
  private static final int MAX_LIMIT = 1_000;

  private final JobStore jobs;
  private final JobNotes notes;

  ContentController(JobStore jobs, JobNotes notes) {
    this.jobs = jobs;
    this.notes = notes;
  }

  /**
   * @param next {@code after} of the next page; null if there is no more for now
   */
  @Schema(name = "JobLog")
  record LogPage(List<LogLine> lines, @Nullable String next) {}

  /**
   * @param claim which run of the job wrote it, from 1
   */
  @Schema(name = "JobLogLine")
  record LogLine(int claim, int number, Instant at, String line) {}

  private record Position(int claim, int line) {
    private static final Position START = new Position(0, 0);

    private static Position of(String text) {
      if (!text.matches("\\d{1,9}\\.\\d{1,9}")) {
        throw new IllegalArgumentException("after: " + text + " (expected: next of a page)");
      }
      int dot = text.indexOf('.');
      return new Position(
          Integer.parseInt(text.substring(0, dot)), Integer.parseInt(text.substring(dot + 1)));
    }
  }

  @Operation(
      operationId = "readJobLog",
      summary = "Reads what a job's handler wrote to its log",
      description = "Line by line, in the order of its writing, over all its runs.")
  @Parameter(
      name = "after",
      in = ParameterIn.QUERY,
      description = "`next` of the page before",
      schema = @Schema(type = "string"))
  @Parameter(
      name = "limit",
      in = ParameterIn.QUERY,
      schema = @Schema(type = "integer", minimum = "1", maximum = "1000", defaultValue = "200"))
  @GetMapping(path = "/v1/jobs/{id}/log", produces = MediaType.APPLICATION_JSON_VALUE)
  ResponseEntity<LogPage> log(
      @Parameter(schema = @Schema(format = "uuid")) @PathVariable String id,
      Caller caller,
      @Parameter(hidden = true) HttpServletRequest request) {
    var job = find(id, caller);
    var fields = Fields.ofQuery(request);
    var given = fields.text("after", Position::of);
    int limit = fields.whole("limit", 1, MAX_LIMIT, DEFAULT_LIMIT);
    fields.noOthers();
    fields.check();
    var after = given == null ? Position.START : given;
    var lines = notes.log(job.id(), after.claim(), after.line(), limit);
    var next =
        lines.size() < limit ? null : lines.getLast().claimNo() + "." + lines.getLast().lineNo();
    return ResponseEntity.ok()
        .cacheControl(CacheControl.noCache().cachePrivate())
        .body(
            new LogPage(
                lines.stream()
                    .map(each -> new LogLine(each.claimNo(), each.lineNo(), each.at(), each.line()))
                    .toList(),
                next));
  }

  @Operation(
      operationId = "readJobPayload",
      summary = "Reads a job's payload",
      description = "A server's key only: a payload may hold what is not for its owner's eyes.")
  @ApiResponse(
      responseCode = "200",
      description = "The payload",
      content =
          @Content(
              mediaType = MediaType.APPLICATION_JSON_VALUE,
              schema = @Schema(implementation = Object.class)))
  @GetMapping(path = "/v1/jobs/{id}/payload", produces = MediaType.APPLICATION_JSON_VALUE)
  ResponseEntity<String> payload(
      @Parameter(schema = @Schema(format = "uuid")) @PathVariable String id, Caller caller) {
    caller.mustBeServer();
    return ResponseEntity.ok()
        .cacheControl(CacheControl.noStore())
        .body(find(id, caller).payload());
  }

  private Job find(String id, Caller caller) {
    return jobs.find(PathIds.job(id), caller.tenant(), caller.owner())
        .orElseThrow(PathIds::missing);
  }
}
