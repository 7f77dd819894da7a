package dev.offstage.ingest.plan;

import dev.offstage.body.Bodies;
import dev.offstage.body.Fields;
import dev.offstage.body.TimeCursor;
import dev.offstage.ingest.auth.Caller;
import dev.offstage.ingest.job.Paging;
import dev.offstage.problem.ProblemType;
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
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.CacheControl;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;

@RestController
@Tag(name = "Tracking plans")
class RejectController {
  private static final int MAX_EVENT = 64 * 1024;

  private static final int DEFAULT_LIMIT = 50;
  private static final int MAX_LIMIT = 200;

  private final Rejects rejects;
  private final Replays replays;

  RejectController(Rejects rejects, Replays replays) {
    this.rejects = rejects;
    this.replays = replays;
  }

  /**
   * @param reason stable and machine-readable
   * @param detail what was wrong and what was expected
   * @param event as it was read; null where it could not be
   * @param replayedAt when it was sent to be written after all; null if it was not
   */
  @Schema(name = "EventReject")
  record RejectView(
      String id,
      String app,
      String writeKey,
      Instant receivedAt,
      String reason,
      String detail,
      @Nullable String type,
      @Nullable String name,
      @Nullable String messageId,
      @Schema(type = "object") @Nullable Object event,
      @Nullable Instant replayedAt) {
    private static RejectView of(Rejects.Reject reject) {
      return new RejectView(
          reject.id().toString(),
          reject.app(),
          reject.writeKey().toString(),
          reject.receivedAt(),
          reject.reason(),
          reject.detail(),
          reject.type(),
          reject.name(),
          reject.messageId(),
          reject.event(),
          reject.replayedAt());
    }
  }

  /**
   * @param next what `cursor` is to be for the next page; null at the end
   */
  @Schema(name = "EventRejectPage")
  record Page(List<RejectView> rejects, @Nullable String next) {}

  @Operation(
      operationId = "listRejects",
      summary = "Lists what was refused, the latest first",
      description =
          """
          Events that were taken out of a batch or that a tracking plan rejected, and requests that \
          were answered 400. Each can be replayed.\
          """)
  @Parameter(name = "app", in = ParameterIn.QUERY, schema = @Schema(type = "string"))
  @Parameter(
      name = "writeKey",
      in = ParameterIn.QUERY,
      description = "Its id",
      schema = @Schema(type = "string", format = "uuid"))
  @Parameter(name = "reason", in = ParameterIn.QUERY, schema = @Schema(type = "string"))
  @Parameter(
      name = "from",
      in = ParameterIn.QUERY,
      schema = @Schema(type = "string", format = "date-time"))
  @Parameter(
      name = "to",
      in = ParameterIn.QUERY,
      description = "Excluded",
      schema = @Schema(type = "string", format = "date-time"))
  @Paging.Described
  @GetMapping(path = "/v1/analytics/rejects", produces = MediaType.APPLICATION_JSON_VALUE)
  ResponseEntity<Page> list(Caller caller, @Parameter(hidden = true) HttpServletRequest request) {
    caller.mustBeServer();
    var fields = Fields.ofQuery(request);
    var wanted =
        new Rejects.Wanted(
            fields.text("app"),
            fields.text("writeKey", RejectController::key),
            fields.text("reason"),
            fields.time("from"),
            fields.time("to"));
    var cursor = fields.text("cursor", TimeCursor::parse);
    int limit = fields.whole("limit", 1, MAX_LIMIT, DEFAULT_LIMIT);
    fields.noOthers();
    fields.check();
    var page = rejects.page(caller.tenant(), wanted, cursor, limit);
    var next =
        page.size() < limit
            ? null
            : new TimeCursor(page.getLast().receivedAt(), page.getLast().id()).text();
    return ResponseEntity.ok()
        .cacheControl(CacheControl.noStore())
        .body(new Page(page.stream().map(RejectView::of).toList(), next));
  }

  private static UUID key(String text) {
    try {
      return UUID.fromString(text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "writeKey: " + Fields.shown(text) + " (expected: the id of a write key)", e);
    }
  }

  @Operation(operationId = "readReject", summary = "Reads what was refused and why")
  @GetMapping(path = "/v1/analytics/rejects/{id}", produces = MediaType.APPLICATION_JSON_VALUE)
  ResponseEntity<RejectView> read(
      @Parameter(schema = @Schema(format = "uuid")) @PathVariable String id, Caller caller) {
    caller.mustBeServer();
    return rejects
        .find(caller.tenant(), id(id))
        .map(
            reject ->
                ResponseEntity.ok()
                    .cacheControl(CacheControl.noStore())
                    .body(RejectView.of(reject)))
        .orElseThrow(() -> ProblemType.NOT_FOUND.because("There is no such reject."));
  }

  @Operation(
      operationId = "replayReject",
      summary = "Has a rejected event written after all",
      description =
          """
          As it came, after the plan was fixed, or corrected: `{"event": {...}}`. At the time at \
          which it came; judged by the plan as it is now. Once: a second time is refused.\
          """)
  @RequestBody(
      content =
          @Content(mediaType = MediaType.APPLICATION_JSON_VALUE, schema = @Schema(type = "object")))
  @ApiResponse(responseCode = "202", description = "It is on its way", content = @Content)
  @PostMapping("/v1/analytics/rejects/{id}/replay")
  ResponseEntity<Void> replay(
      @Parameter(schema = @Schema(format = "uuid")) @PathVariable String id,
      Caller caller,
      @Parameter(hidden = true) HttpServletRequest request) {
    caller.mustBeServer();
    replays.replay(caller.tenant(), id(id), corrected(request));
    return ResponseEntity.accepted().build();
  }

  private static @Nullable JsonNode corrected(HttpServletRequest request) {
    var body = Bodies.optional(request, MAX_EVENT);
    if (body.isEmpty()) {
      return null;
    }
    var fields = Fields.of(body.get());
    var event = fields.any("event");
    if (event == null || !event.isObject()) {
      fields.wrong("event", "none (expected: an object)");
    }
    fields.noOthers();
    fields.check();
    return event;
  }

  private static UUID id(String text) {
    try {
      return UUID.fromString(text);
    } catch (IllegalArgumentException e) {
      throw ProblemType.NOT_FOUND.because("There is no such reject: an id is a UUID.");
    }
  }
}
