package dev.offstage.ingest.enqueue;

import dev.offstage.body.BodyBytes;
import dev.offstage.client.JobClient;
import dev.offstage.ingest.auth.Caller;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.ArraySchema;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.parameters.RequestBody;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RestController;

@RestController
@Tag(name = "Jobs")
class BatchController {
  private final JobReader reader;
  private final JobClient client;
  private final EnqueueProperties properties;

  BatchController(JobReader reader, JobClient client, EnqueueProperties properties) {
    this.reader = reader;
    this.client = client;
    this.properties = properties;
  }

  @Operation(
      operationId = "enqueueJobs",
      summary = "Enqueues up to 10,000 jobs, each for itself",
      description =
          """
          NDJSON or a JSON array, answered in the same format and order as it arrives: each item is \
          durable once it is answered, whatever becomes of the others. An item that is broken or \
          refused has its own `error`; an array that stops being JSON ends with one. With \
          `Idempotency-Key`, the batch may be repeated: each item is known by the key and its index. \
          A device sends `receipt` with each item instead, and deletes what comes back `durable`.\
          """,
      requestBody =
          @RequestBody(
              required = true,
              content = {
                @Content(
                    mediaType = MediaType.APPLICATION_NDJSON_VALUE,
                    schema = @Schema(implementation = JobRequest.class)),
                @Content(
                    mediaType = MediaType.APPLICATION_JSON_VALUE,
                    array = @ArraySchema(schema = @Schema(implementation = JobRequest.class)))
              }))
  @ApiResponse(
      responseCode = "200",
      description = "What became of each item",
      content = {
        @Content(
            mediaType = MediaType.APPLICATION_NDJSON_VALUE,
            schema = @Schema(implementation = BatchAnswer.class)),
        @Content(
            mediaType = MediaType.APPLICATION_JSON_VALUE,
            array = @ArraySchema(schema = @Schema(implementation = BatchAnswer.class)))
      })
  @PostMapping(
      path = "/v1/jobs:batch",
      consumes = {MediaType.APPLICATION_NDJSON_VALUE, MediaType.APPLICATION_JSON_VALUE})
  void enqueue(
      @Parameter(description = "1 to 128 characters, remembered for 24 hours")
          @RequestHeader(name = RepeatKeys.HEADER, required = false)
          @Nullable String idempotencyKey,
      @Parameter(hidden = true) @RequestHeader(HttpHeaders.CONTENT_TYPE) MediaType contentType,
      Caller caller,
      @Parameter(hidden = true) HttpServletRequest request,
      @Parameter(hidden = true) HttpServletResponse response)
      throws IOException {
    var key = RepeatKeys.parse(idempotencyKey);
    boolean lines = contentType.isCompatibleWith(MediaType.APPLICATION_NDJSON);
    var body = new BodyBytes(request.getInputStream(), properties.maxBatchSize().toBytes());
    var items = lines ? new LineItems(body) : new ArrayItems(body);
    new Batch(reader, client, caller, key, new BatchAnswers(response, lines)).run(items);
  }
}
