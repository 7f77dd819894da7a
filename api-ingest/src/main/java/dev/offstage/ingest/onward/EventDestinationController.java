package dev.offstage.ingest.onward;

import dev.offstage.body.Bodies;
import dev.offstage.ingest.auth.Caller;
import dev.offstage.ingest.outbound.Overlap;
import dev.offstage.ingest.outbound.SecretView;
import dev.offstage.onward.EventDestination;
import dev.offstage.onward.OnwardStore;
import dev.offstage.onward.OnwardWebhooks;
import dev.offstage.problem.ProblemException;
import dev.offstage.problem.ProblemType;
import dev.offstage.secret.Secrets;
import dev.offstage.store.Db;
import dev.offstage.webhook.SigningSecret;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.parameters.RequestBody;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.http.CacheControl;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

@RestController
@Tag(name = "Events onward")
class EventDestinationController {
  private static final int MAX_BODY = 128 * 1024;

  /** Each has a job of its own, and reads all of the tenant's events. */
  private static final int MOST = 50;

  private static final ProblemType TAKEN = ProblemType.of(409, "name-taken", "Name taken");
  private static final ProblemType TOO_MANY =
      ProblemType.of(409, "too-many-destinations", "Too many destinations");

  private final OnwardStore store;
  private final OnwardWebhooks webhooks;
  private final DestinationReader reader;

  EventDestinationController(Db db, Secrets secrets, DestinationReader reader) {
    this.store = OnwardStore.over(db);
    this.webhooks = OnwardWebhooks.over(db, secrets);
    this.reader = reader;
  }

  /**
   * @param secret of a webhook, shown this once; null for a Kafka
   */
  @Schema(name = "CreatedEventDestination")
  record CreatedView(DestinationView destination, @Nullable String secret) {}

  @Schema(name = "EventDestinations")
  record Destinations(List<DestinationView> destinations) {}

  @Operation(operationId = "listEventDestinations", summary = "Lists where events go")
  @GetMapping(path = "/v1/analytics/destinations", produces = MediaType.APPLICATION_JSON_VALUE)
  ResponseEntity<Destinations> all(Caller caller) {
    caller.mustBeServer();
    return answer(
        new Destinations(store.all(caller.tenant()).stream().map(DestinationView::of).toList()));
  }

  @Operation(
      operationId = "createEventDestination",
      summary = "Sends events onward from now on",
      description =
          """
          `name`, `filter` with any of `apps`, `types`, `events` and `platforms`, and either `url` \
          (https, and a public address unless configured otherwise), with `headers` that are sent \
          along, or `kafka` (a cluster that the operator has configured). Events arrive at least \
          once, a person's in the order in which they were written. A webhook gets them in batches, \
          as `data.events` of a Standard Webhook of the type `analytics.events`; the answer shows \
          its signing secret, this once. Kafka gets each with the header `offstage-event-id`.\
          """)
  @RequestBody(
      required = true,
      content =
          @Content(mediaType = MediaType.APPLICATION_JSON_VALUE, schema = @Schema(type = "object")))
  @ApiResponse(responseCode = "201", description = "Made")
  @PostMapping(path = "/v1/analytics/destinations", produces = MediaType.APPLICATION_JSON_VALUE)
  ResponseEntity<CreatedView> create(
      Caller caller, @Parameter(hidden = true) HttpServletRequest request) {
    caller.mustBeServer();
    var wanted = reader.read(Bodies.json(request, MAX_BODY));
    try {
      return switch (wanted) {
        case DestinationReader.Wanted.ToKafka(var name, var kafka, var filter) ->
            made(store.create(caller.tenant(), name, kafka, filter, MOST), null);
        case DestinationReader.Wanted.ToWebhook(var webhook) -> {
          var secret = SigningSecret.random();
          yield made(webhooks.create(caller.tenant(), webhook, secret, MOST), secret.text());
        }
      };
    } catch (DuplicateKeyException e) {
      var problem = TAKEN.because("There is a destination of that name already.");
      problem.addSuppressed(e);
      throw problem;
    }
  }

  private static ResponseEntity<CreatedView> made(
      Optional<EventDestination> made, @Nullable String secret) {
    var destination =
        made.orElseThrow(() -> TOO_MANY.because("The tenant has %d destinations.".formatted(MOST)));
    return ResponseEntity.created(URI.create("/v1/analytics/destinations/" + destination.id()))
        .cacheControl(CacheControl.noStore())
        .body(new CreatedView(DestinationView.of(destination), secret));
  }

  @Operation(operationId = "readEventDestination", summary = "Reads how a destination stands")
  @GetMapping(path = "/v1/analytics/destinations/{id}", produces = MediaType.APPLICATION_JSON_VALUE)
  ResponseEntity<DestinationView> read(
      @Parameter(schema = @Schema(format = "uuid")) @PathVariable String id, Caller caller) {
    caller.mustBeServer();
    return answer(DestinationView.of(find(caller, id(id))));
  }

  @Operation(operationId = "pauseEventDestination", summary = "Sends a destination nothing for now")
  @PostMapping(
      path = "/v1/analytics/destinations/{id}/pause",
      produces = MediaType.APPLICATION_JSON_VALUE)
  ResponseEntity<DestinationView> pause(
      @Parameter(schema = @Schema(format = "uuid")) @PathVariable String id, Caller caller) {
    caller.mustBeServer();
    store.pause(caller.tenant(), id(id));
    return answer(DestinationView.of(find(caller, id(id))));
  }

  @Operation(
      operationId = "resumeEventDestination",
      summary = "Goes on sending",
      description =
          """
          From where it has got to, or from `position`: one that was read from it before, \
          `beginning` for all events that are kept, or `now` for none of those that it has missed.\
          """)
  @RequestBody(
      content =
          @Content(mediaType = MediaType.APPLICATION_JSON_VALUE, schema = @Schema(type = "object")))
  @PostMapping(
      path = "/v1/analytics/destinations/{id}/resume",
      produces = MediaType.APPLICATION_JSON_VALUE)
  ResponseEntity<DestinationView> resume(
      @Parameter(schema = @Schema(format = "uuid")) @PathVariable String id,
      Caller caller,
      @Parameter(hidden = true) HttpServletRequest request) {
    caller.mustBeServer();
    var start = Bodies.optional(request, MAX_BODY).map(DestinationReader::start);
    start.ifPresent(from -> store.seek(caller.tenant(), id(id), from.position()));
    store.resume(caller.tenant(), id(id));
    return answer(DestinationView.of(find(caller, id(id))));
  }

  @Operation(
      operationId = "rotateEventDestinationSecret",
      summary = "Replaces a webhook's signing secret",
      description =
          """
          The answer shows the new secret, this once. Both sign while the overlap lasts, so that \
          the receiver can change over without a gap.\
          """,
      requestBody =
          @RequestBody(
              content =
                  @Content(
                      mediaType = MediaType.APPLICATION_JSON_VALUE,
                      schema = @Schema(implementation = Overlap.class))))
  @PostMapping(
      path = "/v1/analytics/destinations/{id}/secret",
      produces = MediaType.APPLICATION_JSON_VALUE)
  SecretView rotate(
      @Parameter(schema = @Schema(format = "uuid")) @PathVariable String id,
      Caller caller,
      @Parameter(hidden = true) HttpServletRequest request) {
    caller.mustBeServer();
    var overlap = Overlap.read(request);
    var secret = SigningSecret.random();
    var rotated = webhooks.rotate(caller.tenant(), id(id), secret, overlap);
    return rotated
        .map(DestinationView::of)
        .map(view -> new SecretView(secret.text(), view.oldSecretUntil()))
        .orElseThrow(
            () -> ProblemType.NOT_FOUND.because("There is no such destination that is a webhook."));
  }

  @Operation(operationId = "deleteEventDestination", summary = "Sends a destination nothing more")
  @ApiResponse(responseCode = "204", description = "Gone", content = @Content)
  @DeleteMapping("/v1/analytics/destinations/{id}")
  ResponseEntity<Void> delete(
      @Parameter(schema = @Schema(format = "uuid")) @PathVariable String id, Caller caller) {
    caller.mustBeServer();
    if (!store.remove(caller.tenant(), id(id))) {
      throw missing();
    }
    return ResponseEntity.noContent().build();
  }

  private EventDestination find(Caller caller, UUID id) {
    return store.find(caller.tenant(), id).orElseThrow(EventDestinationController::missing);
  }

  private static UUID id(String text) {
    try {
      return UUID.fromString(text);
    } catch (IllegalArgumentException e) {
      throw missing();
    }
  }

  private static ProblemException missing() {
    return ProblemType.NOT_FOUND.because("There is no such destination.");
  }

  private static <T> ResponseEntity<T> answer(T body) {
    return ResponseEntity.ok().cacheControl(CacheControl.noCache().cachePrivate()).body(body);
  }
}
