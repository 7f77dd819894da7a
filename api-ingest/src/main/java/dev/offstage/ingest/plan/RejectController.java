package dev.offstage.ingest.plan;

import dev.offstage.body.Bodies;
import dev.offstage.body.Fields;
import dev.offstage.ingest.auth.Caller;
import dev.offstage.problem.ProblemType;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.parameters.RequestBody;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;

@RestController
@Tag(name = "Tracking plans")
class RejectController {
  private static final int MAX_EVENT = 64 * 1024;

  private final Replays replays;

  RejectController(Replays replays) {
    this.replays = replays;
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
