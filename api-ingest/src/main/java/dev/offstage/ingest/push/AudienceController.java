package dev.offstage.ingest.push;

import dev.offstage.ingest.auth.Caller;
import dev.offstage.problem.ProblemException;
import dev.offstage.problem.ProblemType;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.parameters.RequestBody;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.net.URI;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

@RestController
@Tag(name = "Push")
class AudienceController {
  private final AudienceIntake intake;
  private final AudienceStore store;

  AudienceController(AudienceIntake intake, AudienceStore store) {
    this.intake = intake;
    this.store = store;
  }

  /** The description of a line that {@link AudienceIntake} reads. */
  @Schema(
      name = "PushAudienceMember",
      description = "A line of the list: an object with one of these, or a user as a string")
  record Member(@Nullable String user, @Schema(format = "uuid") @Nullable String device) {}

  @Operation(
      operationId = "createPushAudience",
      summary = "Takes a list of up to a million users or devices, for push.send",
      description =
          """
          NDJSON. It is read as it comes, and is whole or not there: a line that is wrong, or a body \
          that is cut off, leaves nothing. Send to it with a job `push.send` whose payload says \
          `{"to":{"audience":"<id>"}}`. Kept for a week. A server's key only.\
          """,
      requestBody =
          @RequestBody(
              required = true,
              content =
                  @Content(
                      mediaType = MediaType.APPLICATION_NDJSON_VALUE,
                      schema = @Schema(implementation = Member.class))))
  @ApiResponse(responseCode = "201", description = "The list is whole")
  @PostMapping(
      path = "/v1/push/audiences",
      consumes = MediaType.APPLICATION_NDJSON_VALUE,
      produces = MediaType.APPLICATION_JSON_VALUE)
  ResponseEntity<Audience> create(
      Caller caller, @Parameter(hidden = true) HttpServletRequest request) throws IOException {
    caller.mustBeServer();
    var audience = intake.take(caller.tenant(), request.getInputStream());
    return ResponseEntity.created(URI.create("/v1/push/audiences/" + audience.id())).body(audience);
  }

  @Operation(operationId = "readPushAudience", summary = "Reads how long a list is")
  @GetMapping(path = "/v1/push/audiences/{id}", produces = MediaType.APPLICATION_JSON_VALUE)
  Audience read(
      @Parameter(schema = @Schema(format = "uuid")) @PathVariable String id, Caller caller) {
    caller.mustBeServer();
    return store.find(uuid(id), caller.tenant()).orElseThrow(AudienceController::missing);
  }

  @Operation(
      operationId = "deletePushAudience",
      summary = "Forgets a list",
      description = "What has been split into parts already is still sent.")
  @ApiResponse(responseCode = "204", description = "Gone")
  @DeleteMapping("/v1/push/audiences/{id}")
  ResponseEntity<Void> delete(
      @Parameter(schema = @Schema(format = "uuid")) @PathVariable String id, Caller caller) {
    caller.mustBeServer();
    if (!store.delete(uuid(id), caller.tenant())) {
      throw missing();
    }
    return ResponseEntity.noContent().build();
  }

  private static UUID uuid(String text) {
    try {
      return UUID.fromString(text);
    } catch (IllegalArgumentException e) {
      throw missing();
    }
  }

  private static ProblemException missing() {
    return ProblemType.NOT_FOUND.because("There is no such list.");
  }
}
