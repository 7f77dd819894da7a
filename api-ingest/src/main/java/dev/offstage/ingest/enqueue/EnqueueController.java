package dev.offstage.ingest.enqueue;

import dev.offstage.body.Bodies;
import dev.offstage.body.JsonText;
import dev.offstage.client.JobClient;
import dev.offstage.ingest.auth.Caller;
import dev.offstage.job.Enqueued;
import dev.offstage.job.IdempotencyKey;
import dev.offstage.job.JobId;
import dev.offstage.job.JobState;
import dev.offstage.problem.FieldProblem;
import dev.offstage.problem.ProblemType;
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
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;

@RestController
@Tag(name = "Jobs")
class EnqueueController {
  private final JobReader reader;
  private final JobClient client;

  EnqueueController(JobReader reader, JobClient client) {
    this.reader = reader;
    this.client = client;
  }

  @Operation(
      operationId = "enqueueJob",
      summary = "Enqueues a job",
      description =
          """
          The job is durable once it is answered. With `Idempotency-Key` or `receipt`, a repeat is \
          answered with the same job; the same key with another body is refused.\
          """,
      requestBody =
          @RequestBody(
              required = true,
              content =
                  @Content(
                      mediaType = MediaType.APPLICATION_JSON_VALUE,
                      schema = @Schema(implementation = JobRequest.class))))
  @ApiResponse(
      responseCode = "202",
      description = "Accepted; follow it at Location",
      headers = @Header(name = "Location", schema = @Schema(type = "string")))
  @ApiResponse(
      responseCode = "200",
      description = "The job that has its unique key is kept in its stead")
  @PostMapping(
      path = "/v1/jobs",
      consumes = MediaType.APPLICATION_JSON_VALUE,
      produces = MediaType.APPLICATION_JSON_VALUE)
  ResponseEntity<EnqueuedView> enqueue(
      @Parameter(description = "1 to 128 characters, remembered for 24 hours")
          @RequestHeader(name = RepeatKeys.HEADER, required = false)
          @Nullable String idempotencyKey,
      Caller caller,
      @Parameter(hidden = true) HttpServletRequest request) {
    var key = RepeatKeys.parse(idempotencyKey);
    var body = Bodies.json(request, Bodies.MAX_JOB);
    var wanted = reader.read(body, caller);
    var repeat = repeat(key == null ? null : RepeatKeys.of(caller, key), wanted, body, caller);
    var job = wanted.job().toBuilder().idempotency(repeat).build();
    return switch (client.offer(job)) {
      case Enqueued.Accepted accepted ->
          answer(accepted.id(), accepted.state(), false, repeat != null, wanted.receipt());
      case Enqueued.Existing existing ->
          answer(existing.id(), existing.state(), true, repeat != null, wanted.receipt());
      case Enqueued.Refused refused -> throw EnqueueProblems.of(refused);
    };
  }

  /** By what a repeat of this job is known; null if by nothing. */
  static @Nullable IdempotencyKey repeat(
      @Nullable String key, JobReader.Wanted wanted, JsonNode body, Caller caller) {
    var receipt = wanted.receipt();
    if (receipt != null && key != null) {
      throw ProblemType.INVALID_REQUEST
          .because("A job has either an Idempotency-Key or a receipt.")
          .errors(List.of(new FieldProblem("receipt", "given with an Idempotency-Key")));
    }
    var known = receipt == null ? key : RepeatKeys.of(caller, receipt);
    return known == null ? null : new IdempotencyKey(known, JsonText.fingerprint(body));
  }

  /** A repeat by key is answered as at first; only the header tells. */
  private static ResponseEntity<EnqueuedView> answer(
      JobId id, JobState state, boolean existing, boolean keyed, @Nullable Receipt receipt) {
    boolean kept = existing && !keyed;
    var answer =
        ResponseEntity.status(kept ? HttpStatus.OK : HttpStatus.ACCEPTED)
            .location(URI.create("/v1/jobs/" + id));
    if (existing && keyed) {
      answer.header(RepeatKeys.REPLAYED, "true");
    }
    return answer.body(EnqueuedView.of(id, state, kept, receipt));
  }
}
