package dev.offstage.ingest.onward;

import dev.offstage.body.Bodies;
import dev.offstage.body.Fields;
import dev.offstage.ingest.auth.Caller;
import dev.offstage.onward.EventDestination;
import dev.offstage.onward.EventFilter;
import dev.offstage.onward.OnwardStore;
import dev.offstage.onward.Position;
import dev.offstage.problem.ProblemType;
import dev.offstage.store.Db;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.parameters.RequestBody;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpStatus;
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
  private static final int MAX_BODY = 64 * 1024;
  private static final int MAX_NAME = 100;
  private static final ProblemType TAKEN = ProblemType.of(409, "name-taken", "Name taken");

  private final OnwardStore store;

  EventDestinationController(Db db) {
    this.store = OnwardStore.over(db);
  }

  /**
   * Which events; an empty list asks for nothing.
   *
   * @param events their names
   */
  @Schema(name = "EventFilter")
  record FilterView(
      Set<String> apps, Set<String> types, Set<String> events, Set<String> platforms) {}

  /**
   * @param kafka the name of a Kafka that the operator has configured
   * @param position how far events have been sent
   * @param delivered how many
   * @param trouble why the last delivery failed; null if it did not
   */
  @Schema(name = "EventDestination")
  record DestinationView(
      String id,
      String name,
      String kafka,
      FilterView filter,
      boolean paused,
      String position,
      long delivered,
      @Nullable String trouble,
      @Nullable Instant deliveredAt) {

    private static DestinationView of(EventDestination destination) {
      var filter = destination.filter();
      return new DestinationView(
          destination.id().toString(),
          destination.name(),
          destination.cluster(),
          new FilterView(filter.apps(), filter.types(), filter.events(), filter.platforms()),
          destination.paused(),
          destination.position().text(),
          destination.delivered(),
          destination.trouble(),
          destination.deliveredAt());
    }
  }

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
          `name`, `kafka` (a cluster that the operator has configured), and `filter` with any of \
          `apps`, `types`, `events` and `platforms`. Events arrive at least once, each with the \
          header `offstage-event-id`, a person's in the order in which they were written.\
          """)
  @RequestBody(
      required = true,
      content =
          @Content(mediaType = MediaType.APPLICATION_JSON_VALUE, schema = @Schema(type = "object")))
  @ApiResponse(responseCode = "201", description = "Made")
  @PostMapping(path = "/v1/analytics/destinations", produces = MediaType.APPLICATION_JSON_VALUE)
  ResponseEntity<DestinationView> create(
      Caller caller, @Parameter(hidden = true) HttpServletRequest request) {
    caller.mustBeServer();
    var fields = Fields.of(Bodies.json(request, MAX_BODY));
    var name = fields.required("name", "a name", text -> bounded("name", text));
    var kafka = fields.required("kafka", "the name of a cluster", text -> bounded("kafka", text));
    var filter = fields.object("filter");
    var wanted = filter == null ? EventFilter.ALL : filter(filter);
    fields.noOthers();
    fields.check();
    try {
      var id =
          store.create(
              caller.tenant(), Objects.requireNonNull(name), Objects.requireNonNull(kafka), wanted);
      return ResponseEntity.status(HttpStatus.CREATED)
          .header("Location", "/v1/analytics/destinations/" + id)
          .body(DestinationView.of(find(caller, id)));
    } catch (DuplicateKeyException e) {
      var problem = TAKEN.because("There is a destination of that name already.");
      problem.addSuppressed(e);
      throw problem;
    }
  }

  private static EventFilter filter(Fields fields) {
    var filter =
        new EventFilter(
            Set.copyOf(fields.texts("apps")),
            Set.copyOf(fields.texts("types")),
            Set.copyOf(fields.texts("events")),
            Set.copyOf(fields.texts("platforms")));
    fields.noOthers();
    return filter;
  }

  private static String bounded(String field, String text) {
    if (text.isBlank() || text.length() > MAX_NAME) {
      throw new IllegalArgumentException(
          field + ": " + Fields.shown(text) + " (expected: 1 to 100 characters)");
    }
    return text;
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
    store.pause(caller.tenant(), id(id), true);
    return answer(DestinationView.of(find(caller, id(id))));
  }

  @Operation(
      operationId = "resumeEventDestination",
      summary = "Goes on sending",
      description =
          "From where it has got to, or from `position`, one that was read from it before.")
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
    var body = Bodies.optional(request, MAX_BODY);
    if (body.isPresent()) {
      var fields = Fields.of(body.get());
      var position = fields.text("position", Position::of);
      fields.noOthers();
      fields.check();
      if (position != null) {
        store.seek(caller.tenant(), id(id), position);
      }
    }
    store.pause(caller.tenant(), id(id), false);
    return answer(DestinationView.of(find(caller, id(id))));
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

  private static RuntimeException missing() {
    return ProblemType.NOT_FOUND.because("There is no such destination.");
  }

  private static <T> ResponseEntity<T> answer(T body) {
    return ResponseEntity.ok().cacheControl(CacheControl.noCache().cachePrivate()).body(body);
  }
}
