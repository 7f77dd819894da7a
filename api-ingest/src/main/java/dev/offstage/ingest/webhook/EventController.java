package dev.offstage.ingest.webhook;

import dev.offstage.body.Bodies;
import dev.offstage.body.Fields;
import dev.offstage.body.JsonText;
import dev.offstage.ingest.auth.Caller;
import dev.offstage.ingest.enqueue.EnqueueProblems;
import dev.offstage.ingest.enqueue.RepeatKeys;
import dev.offstage.job.IdempotencyKey;
import dev.offstage.webhook.Deliveries;
import dev.offstage.webhook.EventTypes;
import dev.offstage.webhook.MarkStore;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.parameters.RequestBody;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RestController;

@RestController
@Tag(name = "Webhooks")
class EventController {
  private static final int MAX_BODY = 256 * 1024;

  private final MarkStore marks;

  EventController(MarkStore marks) {
    this.marks = marks;
  }

  /** The description of what is read. */
  @Schema(name = "NewWebhookEvent")
  record EventRequest(
      @Schema(example = "invoice.paid") String type,
      @Schema(implementation = Object.class) @Nullable Object data) {}

  /**
   * @param id the webhook-id that receivers see
   */
  @Schema(name = "WebhookEvent")
  record EventView(String id) {}

  @Operation(
      operationId = "sendWebhookEvent",
      summary = "Tells the tenant's endpoints of something of its own",
      description =
          """
          Durable once it is answered; one delivery follows for each endpoint that asks for the \
          type. With `Idempotency-Key`, a repeat within 24 hours is answered with the same event. \
          A server's key only.\
          """,
      requestBody =
          @RequestBody(
              required = true,
              content =
                  @Content(
                      mediaType = MediaType.APPLICATION_JSON_VALUE,
                      schema = @Schema(implementation = EventRequest.class))))
  @ApiResponse(responseCode = "202", description = "Recorded")
  @PostMapping(
      path = "/v1/webhooks/events",
      consumes = MediaType.APPLICATION_JSON_VALUE,
      produces = MediaType.APPLICATION_JSON_VALUE)
  ResponseEntity<EventView> send(
      @Parameter(description = "1 to 128 characters, remembered for 24 hours")
          @RequestHeader(name = RepeatKeys.HEADER, required = false)
          @Nullable String idempotencyKey,
      Caller caller,
      @Parameter(hidden = true) HttpServletRequest request) {
    caller.mustBeServer();
    var body = Bodies.json(request, MAX_BODY);
    var fields = Fields.of(body);
    var type = fields.required("type", "such as invoice.paid", EventTypes::own);
    var data = fields.any("data");
    fields.noOthers();
    fields.check();
    var recorded =
        marks.record(
            caller.tenant(),
            Objects.requireNonNull(type),
            data == null ? "{}" : JsonText.MAPPER.writeValueAsString(data),
            repeat(RepeatKeys.of(caller, idempotencyKey, body)));
    if (recorded.event() == null) {
      throw EnqueueProblems.IDEMPOTENCY_KEY_REUSED.because(
          "The Idempotency-Key was used for another event.");
    }
    var answer = ResponseEntity.accepted();
    if (recorded.repeated()) {
      answer.header(RepeatKeys.REPLAYED, "true");
    }
    return answer.body(new EventView(Deliveries.eventId(recorded.event())));
  }

  /** Events' keys are their own: a job's may be the same. */
  private static MarkStore.@Nullable Repeat repeat(@Nullable IdempotencyKey key) {
    return key == null ? null : new MarkStore.Repeat("event:" + key.key(), key.fingerprint());
  }
}
