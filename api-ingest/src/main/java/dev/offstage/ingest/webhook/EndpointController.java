package dev.offstage.ingest.webhook;

import dev.offstage.body.Bodies;
import dev.offstage.client.Announcer;
import dev.offstage.ingest.auth.Caller;
import dev.offstage.ingest.outbound.Overlap;
import dev.offstage.ingest.outbound.SecretView;
import dev.offstage.problem.ProblemType;
import dev.offstage.webhook.Endpoint;
import dev.offstage.webhook.EndpointStore;
import dev.offstage.webhook.SigningSecret;
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
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

@RestController
@Tag(name = "Webhooks")
class EndpointController {
  private static final int MAX_BODY = 128 * 1024;
  private static final ProblemType TOO_MANY =
      ProblemType.of(409, "too-many-endpoints", "Too many endpoints");

  private final EndpointReader reader;
  private final EndpointStore store;
  private final Announcer announcer;
  private final WebhookProperties properties;

  EndpointController(
      EndpointReader reader,
      EndpointStore store,
      Announcer announcer,
      WebhookProperties properties) {
    this.reader = reader;
    this.store = store;
    this.announcer = announcer;
    this.properties = properties;
  }

  /**
   * @param secret shown this once
   */
  @Schema(name = "CreatedWebhookEndpoint")
  record CreatedView(EndpointView endpoint, String secret) {}

  /**
   * @param endpoints all of them, oldest first
   */
  @Schema(name = "WebhookEndpoints")
  record EndpointsView(List<EndpointView> endpoints) {}

  @Operation(
      operationId = "createWebhookEndpoint",
      summary = "Registers where events are to go",
      description = "The answer shows the signing secret, this once. A server's key only.",
      requestBody =
          @RequestBody(
              required = true,
              content =
                  @Content(
                      mediaType = MediaType.APPLICATION_JSON_VALUE,
                      schema = @Schema(implementation = EndpointRequest.class))))
  @ApiResponse(
      responseCode = "201",
      description = "Registered",
      headers = @Header(name = "Location", schema = @Schema(type = "string")))
  @PostMapping(
      path = "/v1/webhooks/endpoints",
      consumes = MediaType.APPLICATION_JSON_VALUE,
      produces = MediaType.APPLICATION_JSON_VALUE)
  ResponseEntity<CreatedView> create(
      Caller caller, @Parameter(hidden = true) HttpServletRequest request) {
    caller.mustBeServer();
    var wanted = reader.read(Bodies.json(request, MAX_BODY));
    var secret = SigningSecret.random();
    var endpoint =
        store
            .create(caller.tenant(), wanted, secret, properties.endpoints())
            .orElseThrow(
                () ->
                    TOO_MANY.because(
                        "The tenant has %d endpoints (expected: fewer)."
                            .formatted(properties.endpoints())));
    return ResponseEntity.created(URI.create("/v1/webhooks/endpoints/" + endpoint.id()))
        .body(new CreatedView(EndpointView.of(endpoint), secret.text()));
  }

  @Operation(
      operationId = "listWebhookEndpoints",
      summary = "Lists the tenant's endpoints",
      description = "A server's key only.")
  @GetMapping(path = "/v1/webhooks/endpoints", produces = MediaType.APPLICATION_JSON_VALUE)
  EndpointsView list(Caller caller) {
    caller.mustBeServer();
    return new EndpointsView(
        store.ofTenant(caller.tenant()).stream().map(EndpointView::of).toList());
  }

  @Operation(operationId = "readWebhookEndpoint", summary = "Reads an endpoint")
  @GetMapping(path = "/v1/webhooks/endpoints/{id}", produces = MediaType.APPLICATION_JSON_VALUE)
  EndpointView read(
      @Parameter(schema = @Schema(format = "uuid")) @PathVariable String id, Caller caller) {
    return EndpointView.of(find(id, caller));
  }

  private Endpoint find(String id, Caller caller) {
    caller.mustBeServer();
    return store.find(WebhookIds.endpoint(id), caller.tenant()).orElseThrow(WebhookIds::noEndpoint);
  }

  @Operation(
      operationId = "updateWebhookEndpoint",
      summary = "Changes an endpoint",
      description =
          """
          What is not said stays; headers are replaced as a whole. What is on its way goes to the \
          new URL. A server's key only.\
          """,
      requestBody =
          @RequestBody(
              required = true,
              content =
                  @Content(
                      mediaType = MediaType.APPLICATION_JSON_VALUE,
                      schema = @Schema(implementation = EndpointRequest.class))))
  @PatchMapping(
      path = "/v1/webhooks/endpoints/{id}",
      consumes = MediaType.APPLICATION_JSON_VALUE,
      produces = MediaType.APPLICATION_JSON_VALUE)
  EndpointView update(
      @Parameter(schema = @Schema(format = "uuid")) @PathVariable String id,
      Caller caller,
      @Parameter(hidden = true) HttpServletRequest request) {
    var endpoint = find(id, caller);
    var change = reader.change(Bodies.json(request, MAX_BODY), endpoint);
    return store
        .update(endpoint.id(), caller.tenant(), change.wanted(), change.headersToo())
        .map(EndpointView::of)
        .orElseThrow(WebhookIds::noEndpoint);
  }

  @Operation(
      operationId = "rotateWebhookSecret",
      summary = "Replaces an endpoint's signing secret",
      description =
          """
          The answer shows the new secret, this once. Both sign while the overlap lasts, so that \
          the receiver can change over without a gap. A server's key only.\
          """,
      requestBody =
          @RequestBody(
              content =
                  @Content(
                      mediaType = MediaType.APPLICATION_JSON_VALUE,
                      schema = @Schema(implementation = Overlap.class))))
  @PostMapping(
      path = "/v1/webhooks/endpoints/{id}/secret",
      produces = MediaType.APPLICATION_JSON_VALUE)
  SecretView rotate(
      @Parameter(schema = @Schema(format = "uuid")) @PathVariable String id,
      Caller caller,
      @Parameter(hidden = true) HttpServletRequest request) {
    caller.mustBeServer();
    var overlap = Overlap.read(request);
    var secret = SigningSecret.random();
    return store
        .rotate(WebhookIds.endpoint(id), caller.tenant(), secret, overlap)
        .map(endpoint -> new SecretView(secret.text(), endpoint.oldSecretUntil()))
        .orElseThrow(WebhookIds::noEndpoint);
  }

  @Operation(
      operationId = "removeWebhookEndpoint",
      summary = "Removes an endpoint",
      description = "What is on its way to it is cancelled. A server's key only.")
  @ApiResponse(responseCode = "204", description = "It is no more")
  @DeleteMapping("/v1/webhooks/endpoints/{id}")
  ResponseEntity<Void> remove(
      @Parameter(schema = @Schema(format = "uuid")) @PathVariable String id, Caller caller) {
    caller.mustBeServer();
    var moved =
        store.remove(WebhookIds.endpoint(id), caller.tenant()).orElseThrow(WebhookIds::noEndpoint);
    announcer.announceTouched(moved.touched());
    return ResponseEntity.noContent().build();
  }
}
