package dev.offstage.ingest.job;

import dev.offstage.body.Fields;
import dev.offstage.ingest.auth.Caller;
import dev.offstage.job.JobId;
import dev.offstage.problem.ProblemException;
import dev.offstage.problem.ProblemType;
import dev.offstage.store.JobCountStore;
import dev.offstage.store.JobSearch;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.headers.Header;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.util.UriComponentsBuilder;

@RestController
@Tag(name = "Jobs")
class SearchController {
  private final JobSearch search;
  private final JobCountStore counts;

  SearchController(JobSearch search, JobCountStore counts) {
    this.search = search;
    this.counts = counts;
  }

  /**
   * A page of jobs, newest first.
   *
   * @param jobs without their results
   * @param next the path of the next page; null at the end. A page may be short, or empty, and have
   *     a next one all the same: for what is rare, each looks at so many jobs only
   */
  @Schema(name = "JobPage")
  record JobPage(List<JobView> jobs, @Nullable String next) {}

  /**
   * @param counts one for each kind, pool and state that there is
   */
  @Schema(name = "JobCounts")
  record JobCounts(List<JobCount> counts) {}

  /**
   * @param state live (not ended), completed, cancelled or discarded
   */
  @Schema(name = "JobCount")
  record JobCount(
      String kind,
      String pool,
      @Schema(allowableValues = {"live", "completed", "cancelled", "discarded"}) String state,
      long count) {}

  @Operation(
      operationId = "searchJobs",
      summary = "Searches jobs, newest first",
      description =
          "An end user's token finds its own. Every filter narrows what the others leave.")
  @Filters.Described
  @Paging.Described
  @ApiResponse(
      responseCode = "200",
      description = "A page",
      headers =
          @Header(
              name = "Link",
              description = "The next page, as rel=next",
              schema = @Schema(type = "string")))
  @GetMapping(path = "/v1/jobs", produces = MediaType.APPLICATION_JSON_VALUE)
  ResponseEntity<JobPage> find(
      Caller caller, @Parameter(hidden = true) HttpServletRequest request) {
    var fields = Fields.ofQuery(request);
    var filter = Filters.read(fields, caller);
    var paging = Paging.read(fields);
    fields.noOthers();
    fields.check();
    try {
      var page = search.find(filter, paging.before(), paging.limit());
      var next = page.next() == null ? null : next(request, page.next());
      var answer = ResponseEntity.ok().cacheControl(CacheControl.noCache().cachePrivate());
      if (next != null) {
        answer.header(HttpHeaders.LINK, "<" + next + ">; rel=\"next\"");
      }
      return answer.body(new JobPage(JobView.of(page.jobs(), search.blockedBy(page.jobs())), next));
    } catch (JobSearch.TooManyKindsException e) {
      throw tooMany(e);
    }
  }

  static ProblemException tooMany(JobSearch.TooManyKindsException e) {
    return ProblemType.INVALID_REQUEST.because(
        "The filter means " + e.getMessage() + " (expected: a kind, or a longer beginning).");
  }

  private static String next(HttpServletRequest request, JobId cursor) {
    var uri = UriComponentsBuilder.fromPath("/v1/jobs");
    request
        .getParameterMap()
        .forEach(
            (name, values) -> {
              if (!name.equals("cursor")) {
                uri.queryParam(name, (Object[]) values);
              }
            });
    return uri.queryParam("cursor", cursor).encode().build().toUriString();
  }

  @Operation(
      operationId = "countJobs",
      summary = "Counts the tenant's jobs",
      description = "From counts that are kept: as cheap for ten million jobs as for ten.")
  @GetMapping(path = "/v1/jobs/counts", produces = MediaType.APPLICATION_JSON_VALUE)
  JobCounts counts(Caller caller) {
    caller.mustBeServer();
    return new JobCounts(
        counts.counts(caller.tenant()).stream()
            .map(each -> new JobCount(each.kind(), each.pool(), each.state(), each.jobs()))
            .toList());
  }
}
