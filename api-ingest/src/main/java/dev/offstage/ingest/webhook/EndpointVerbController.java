package dev.offstage.ingest.webhook;

import dev.offstage.body.JsonText;
import dev.offstage.client.Announcer;
import dev.offstage.ingest.auth.Caller;
import dev.offstage.ingest.job.Reasons;
import dev.offstage.problem.ProblemType;
import dev.offstage.store.JobIds;
import dev.offstage.store.Transience;
import dev.offstage.webhook.Deliveries;
import dev.offstage.webhook.Endpoint;
import dev.offstage.webhook.EndpointStore;
import dev.offstage.webhook.EventTypes;
import dev.offstage.webhook.NewDelivery;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

@RestController
@Tag(name = "Webhooks")
class EndpointVerbController {
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  static final ProblemType NOT_LISTENING =
      ProblemType.of(409, "endpoint-not-active", "Endpoint not active");

  private final EndpointStore store;
  private final Deliveries deliveries;
  private final Announcer announcer;
  private final JobIds clock;

  EndpointVerbController(
      EndpointStore store, Deliveries deliveries, Announcer announcer, JobIds clock) {
    this.store = store;
    this.deliveries = deliveries;
    this.announcer = announcer;
    this.clock = clock;
  }

  @Operation(
      operationId = "pauseWebhookEndpoint",
      summary = "Lets an endpoint's deliveries wait",
      description =
          """
          Events are still recorded for it, and go out once it is resumed. The optional body \
          `{"reason": …}` is shown with the endpoint. A server's key only.\
          """)
  @PostMapping(
      path = "/v1/webhooks/endpoints/{id}/pause",
      produces = MediaType.APPLICATION_JSON_VALUE)
  EndpointView pause(
      @Parameter(schema = @Schema(format = "uuid")) @PathVariable String id,
      Caller caller,
      @Parameter(hidden = true) HttpServletRequest request) {
    caller.mustBeServer();
    var endpoint = WebhookIds.endpoint(id);
    var reason = Reasons.read(request, "paused by its owner");
    var moved = patiently(() -> store.pause(endpoint, caller.tenant(), reason));
    if (moved.isEmpty()) {
      find(endpoint, caller);
      throw NOT_LISTENING.because("The endpoint is disabled (expected: active or paused).");
    }
    return EndpointView.of(moved.get().endpoint());
  }

  @Operation(
      operationId = "resumeWebhookEndpoint",
      summary = "Lets a paused or disabled endpoint be told again",
      description =
          """
          What waited while it was paused goes out. What was recorded before it was disabled and \
          not delivered is replayed on demand. A server's key only.\
          """)
  @PostMapping(
      path = "/v1/webhooks/endpoints/{id}/resume",
      produces = MediaType.APPLICATION_JSON_VALUE)
  EndpointView resume(
      @Parameter(schema = @Schema(format = "uuid")) @PathVariable String id, Caller caller) {
    caller.mustBeServer();
    var moved =
        patiently(() -> store.resume(WebhookIds.endpoint(id), caller.tenant()))
            .orElseThrow(WebhookIds::noEndpoint);
    announcer.announceTouched(moved.touched());
    return EndpointView.of(moved.endpoint());
  }

  private static <T> Optional<T> patiently(Supplier<Optional<T>> verb) {
    return Transience.patiently(PATIENCE, verb);
  }

  private Endpoint find(UUID id, Caller caller) {
    return store.find(id, caller.tenant()).orElseThrow(WebhookIds::noEndpoint);
  }

  /**
   * @param delivery follow it at /v1/webhooks/deliveries/{id}
   */
  @Schema(name = "MadeDelivery")
  record MadeView(String delivery) {}

  @Operation(
      operationId = "testWebhookEndpoint",
      summary = "Sends an event of the type webhook.test",
      description = "Whatever types the endpoint asks for. A server's key only.")
  @ApiResponse(responseCode = "202", description = "On its way")
  @PostMapping(
      path = "/v1/webhooks/endpoints/{id}/test",
      produces = MediaType.APPLICATION_JSON_VALUE)
  @ResponseStatus(HttpStatus.ACCEPTED)
  MadeView test(
      @Parameter(schema = @Schema(format = "uuid")) @PathVariable String id, Caller caller) {
    caller.mustBeServer();
    var endpoint = find(WebhookIds.endpoint(id), caller);
    if (endpoint.state() == Endpoint.State.DISABLED) {
      throw NOT_LISTENING.because("The endpoint is disabled (expected: active or paused).");
    }
    var body =
        JsonText.MAPPER
            .createObjectNode()
            .put("type", EventTypes.TEST)
            .put("timestamp", clock.now().toString());
    body.putObject("data").put("endpoint", endpoint.id().toString());
    var delivery =
        new NewDelivery(
            endpoint.tenant(),
            endpoint.id(),
            endpoint.url(),
            endpoint.ordered(),
            UUID.randomUUID(),
            EventTypes.TEST,
            JsonText.MAPPER.writeValueAsString(body),
            null);
    return new MadeView(deliveries.enqueue(List.of(delivery)).getFirst().toString());
  }
}
