package dev.offstage.ingest.webhook;

import dev.offstage.body.Bodies;
import dev.offstage.body.Fields;
import dev.offstage.ingest.auth.Caller;
import dev.offstage.ingest.job.Paging;
import dev.offstage.job.JobId;
import dev.offstage.job.JobState;
import dev.offstage.webhook.Deliveries;
import dev.offstage.webhook.Delivery;
import dev.offstage.webhook.DeliveryStore;
import dev.offstage.webhook.Endpoint;
import dev.offstage.webhook.EndpointStore;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.enums.ParameterIn;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.parameters.RequestBody;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

@RestController
@Tag(name = "Webhooks")
class DeliveryController {
  private static final int MAX_BODY = 4 * 1024;

  /** In one transaction. */
  private static final int BATCH = 200;

  private final EndpointStore endpoints;
  private final DeliveryStore store;
  private final Deliveries deliveries;
  private final WebhookProperties properties;

  DeliveryController(
      EndpointStore endpoints,
      DeliveryStore store,
      Deliveries deliveries,
      WebhookProperties properties) {
    this.endpoints = endpoints;
    this.store = store;
    this.deliveries = deliveries;
    this.properties = properties;
  }

  /**
   * A page of an endpoint's deliveries, newest first.
   *
   * @param next the path of the next page; null at the end
   */
  @Schema(name = "WebhookDeliveryPage")
  record DeliveryPage(List<DeliveryView> deliveries, @Nullable String next) {}

  @Operation(
      operationId = "listWebhookDeliveries",
      summary = "Lists an endpoint's deliveries, newest first",
      description = "Kept as long as jobs are: 14 days from their end. A server's key only.")
  @Parameter(
      name = "state",
      in = ParameterIn.QUERY,
      description = "Only those, such as discarded",
      schema = @Schema(type = "string"))
  @Paging.Described
  @GetMapping(
      path = "/v1/webhooks/endpoints/{id}/deliveries",
      produces = MediaType.APPLICATION_JSON_VALUE)
  DeliveryPage list(
      @Parameter(schema = @Schema(format = "uuid")) @PathVariable String id,
      Caller caller,
      @Parameter(hidden = true) HttpServletRequest request) {
    var endpoint = endpoint(id, caller);
    var fields = Fields.ofQuery(request);
    var state = fields.text("state", JobState::of);
    var paging = Paging.read(fields);
    fields.noOthers();
    fields.check();
    var page = store.ofEndpoint(endpoint.id(), state, paging.before(), paging.limit());
    var next =
        page.size() < paging.limit()
            ? null
            : "/v1/webhooks/endpoints/%s/deliveries?limit=%d%s&cursor=%s"
                .formatted(
                    endpoint.id(),
                    paging.limit(),
                    state == null ? "" : "&state=" + state.text(),
                    page.getLast().id());
    return new DeliveryPage(page.stream().map(DeliveryView::of).toList(), next);
  }

  private Endpoint endpoint(String id, Caller caller) {
    caller.mustBeServer();
    return endpoints
        .find(WebhookIds.endpoint(id), caller.tenant())
        .orElseThrow(WebhookIds::noEndpoint);
  }

  /**
   * A delivery and its log.
   *
   * @param body what is sent, byte by byte
   * @param attempts each request that was sent, oldest first
   */
  @Schema(name = "WebhookDeliveryLog")
  record LogView(DeliveryView delivery, String body, List<AttemptView> attempts) {}

  @Operation(
      operationId = "readWebhookDelivery",
      summary = "Reads a delivery and its log",
      description = "A server's key only.")
  @GetMapping(path = "/v1/webhooks/deliveries/{id}", produces = MediaType.APPLICATION_JSON_VALUE)
  LogView read(
      @Parameter(schema = @Schema(format = "uuid")) @PathVariable String id, Caller caller) {
    var delivery = delivery(id, caller);
    var body = store.body(delivery.id(), caller.tenant()).orElseThrow(WebhookIds::noDelivery);
    return new LogView(
        DeliveryView.of(delivery),
        body,
        store.attempts(delivery.id()).stream().map(AttemptView::of).toList());
  }

  private Delivery delivery(String id, Caller caller) {
    caller.mustBeServer();
    return store.find(WebhookIds.delivery(id), caller.tenant()).orElseThrow(WebhookIds::noDelivery);
  }

  @Operation(
      operationId = "replayWebhookDelivery",
      summary = "Delivers an event again",
      description =
          """
          With the same webhook-id and body, as a delivery of its own. A server's key only.\
          """)
  @ApiResponse(responseCode = "202", description = "On its way")
  @PostMapping(
      path = "/v1/webhooks/deliveries/{id}/replay",
      produces = MediaType.APPLICATION_JSON_VALUE)
  @ResponseStatus(HttpStatus.ACCEPTED)
  EndpointVerbController.MadeView replay(
      @Parameter(schema = @Schema(format = "uuid")) @PathVariable String id, Caller caller) {
    var delivery = delivery(id, caller);
    var endpoint = told(delivery.endpoint(), caller);
    var sent = store.toSend(delivery.id(), caller.tenant()).orElseThrow(WebhookIds::noDelivery);
    var again =
        new DeliveryStore.Replayable(
            delivery.id(), caller.tenant(), sent.event(), sent.type(), sent.body());
    var made = deliveries.replay(endpoint, List.of(again));
    return new EndpointVerbController.MadeView(made.getFirst().toString());
  }

  private Endpoint told(UUID id, Caller caller) {
    var endpoint = endpoints.find(id, caller.tenant()).orElseThrow(WebhookIds::noEndpoint);
    if (endpoint.state() == Endpoint.State.DISABLED) {
      throw EndpointVerbController.NOT_LISTENING.because(
          "The endpoint is disabled (expected: active or paused; resume it first).");
    }
    return endpoint;
  }

  /** The description of what a replay reads. */
  @Schema(name = "WebhookReplay")
  record ReplayRequest(
      Instant since,
      @Schema(description = "Leaves out what was delivered", defaultValue = "false")
          @Nullable Boolean failedOnly,
      @Schema(description = "From the answer before, to go on") @Nullable String cursor) {}

  /**
   * @param replayed how many deliveries were made
   * @param cursor for the next request, if there may be more; null at the end
   */
  @Schema(name = "WebhookReplayed")
  record ReplayedView(int replayed, @Nullable String cursor) {}

  @Operation(
      operationId = "replayWebhookDeliveries",
      summary = "Delivers an endpoint's events again from a time on",
      description =
          """
          Each event once, in the order in which they came. A request that is repeated makes them \
          again; receivers know them by their webhook-id. A server's key only.\
          """,
      requestBody =
          @RequestBody(
              required = true,
              content =
                  @Content(
                      mediaType = MediaType.APPLICATION_JSON_VALUE,
                      schema = @Schema(implementation = ReplayRequest.class))))
  @ApiResponse(responseCode = "202", description = "On their way")
  @PostMapping(
      path = "/v1/webhooks/endpoints/{id}/replay",
      consumes = MediaType.APPLICATION_JSON_VALUE,
      produces = MediaType.APPLICATION_JSON_VALUE)
  @ResponseStatus(HttpStatus.ACCEPTED)
  ReplayedView replayAll(
      @Parameter(schema = @Schema(format = "uuid")) @PathVariable String id,
      Caller caller,
      @Parameter(hidden = true) HttpServletRequest request) {
    caller.mustBeServer();
    var endpoint = told(WebhookIds.endpoint(id), caller);
    var fields = Fields.of(Bodies.json(request, MAX_BODY));
    var since = fields.required("since", "a time", text -> Fields.instant("since", text));
    boolean failedOnly = fields.flag("failedOnly");
    var after = fields.text("cursor", JobId::of);
    fields.noOthers();
    fields.check();
    return replay(endpoint, Objects.requireNonNull(since), failedOnly, after);
  }

  private ReplayedView replay(
      Endpoint endpoint, Instant since, boolean failedOnly, @Nullable JobId after) {
    int made = 0;
    JobId last = after;
    while (made < properties.replayed()) {
      var page = store.replayable(endpoint.id(), since, failedOnly, last, BATCH);
      made += deliveries.replay(endpoint, page).size();
      if (page.size() < BATCH) {
        return new ReplayedView(made, null);
      }
      last = page.getLast().id();
    }
    return new ReplayedView(made, last == null ? null : last.toString());
  }
}
