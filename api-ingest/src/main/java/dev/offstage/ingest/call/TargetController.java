package dev.offstage.ingest.call;

import dev.offstage.body.Bodies;
import dev.offstage.body.Fields;
import dev.offstage.call.CallTarget;
import dev.offstage.call.CallTargetStore;
import dev.offstage.ingest.auth.Caller;
import dev.offstage.ingest.outbound.OutboundFields;
import dev.offstage.ingest.outbound.Overlap;
import dev.offstage.ingest.outbound.SecretView;
import dev.offstage.problem.ProblemException;
import dev.offstage.problem.ProblemType;
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
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RestController;

@RestController
@Tag(name = "Calls")
class TargetController {
  private static final int MAX_BODY = 128 * 1024;
  private static final int MOST = 200;
  private static final String NAME = "[a-z0-9][a-z0-9_-]{0,62}";
  private static final ProblemType TOO_MANY =
      ProblemType.of(409, "too-many-targets", "Too many targets");

  private final CallTargetStore store;
  private final OutboundFields outbound;

  TargetController(CallTargetStore store, OutboundFields outbound) {
    this.store = store;
    this.outbound = outbound;
  }

  /** The description of what is read. */
  @Schema(name = "NewCallTarget")
  record TargetRequest(
      @Schema(format = "uri", description = "A job's path is appended to it") String url,
      @Schema(description = "Sent with each call; their values are never shown again")
          @Nullable Map<String, String> headers) {}

  /**
   * A target on the wire.
   *
   * @param url null for a default that only signs
   * @param headers the names of those that are sent with each call
   */
  @Schema(name = "CallTarget")
  record TargetView(
      String name,
      @Schema(format = "uri") @Nullable String url,
      List<String> headers,
      @Nullable Instant oldSecretUntil,
      Instant createdAt,
      Instant updatedAt) {
    static TargetView of(CallTarget target) {
      return new TargetView(
          target.name(),
          target.url(),
          target.headerNames(),
          target.oldSecretUntil(),
          target.createdAt(),
          target.updatedAt());
    }
  }

  /**
   * @param secret of one that was made, shown this once; null for one that was there
   */
  @Schema(name = "PutCallTarget")
  record PutView(TargetView target, @Nullable String secret) {}

  @Schema(name = "CallTargets")
  record TargetsView(List<TargetView> targets) {}

  @Operation(
      operationId = "putCallTarget",
      summary = "Says where calls of this name go",
      description =
          """
          Jobs of the kind `http.call` name it; its URL, headers and signing secret stay out of \
          their payloads. The secret of one that is made is shown this once. The target `default` \
          signs the calls that name none. A server's key only.\
          """,
      requestBody =
          @RequestBody(
              required = true,
              content =
                  @Content(
                      mediaType = MediaType.APPLICATION_JSON_VALUE,
                      schema = @Schema(implementation = TargetRequest.class))))
  @ApiResponse(responseCode = "200", description = "Changed")
  @ApiResponse(responseCode = "201", description = "Made")
  @PutMapping(
      path = "/v1/call-targets/{name}",
      consumes = MediaType.APPLICATION_JSON_VALUE,
      produces = MediaType.APPLICATION_JSON_VALUE)
  ResponseEntity<PutView> put(
      @PathVariable String name,
      Caller caller,
      @Parameter(hidden = true) HttpServletRequest request) {
    caller.mustBeServer();
    var fields = Fields.of(Bodies.json(request, MAX_BODY));
    if (!name.matches(NAME)) {
      fields.wrong("name", "(expected: 1 to 63 of a-z, 0-9, _ and -)");
    }
    var url = fields.required("url", "an https URL", outbound::url);
    var headers = OutboundFields.headers(fields, true);
    fields.noOthers();
    fields.check();
    var secret = SigningSecret.random();
    var written =
        store
            .put(
                caller.tenant(),
                name,
                Objects.requireNonNull(url),
                headers == null ? Map.of() : headers,
                secret,
                MOST)
            .orElseThrow(() -> TOO_MANY.because("The tenant has %d targets.".formatted(MOST)));
    var view = TargetView.of(written.target());
    return written.made()
        ? ResponseEntity.created(URI.create("/v1/call-targets/" + name))
            .body(new PutView(view, secret.text()))
        : ResponseEntity.ok(new PutView(view, null));
  }

  @Operation(
      operationId = "listCallTargets",
      summary = "Lists the tenant's targets",
      description = "A server's key only.")
  @GetMapping(path = "/v1/call-targets", produces = MediaType.APPLICATION_JSON_VALUE)
  TargetsView list(Caller caller) {
    caller.mustBeServer();
    return new TargetsView(store.ofTenant(caller.tenant()).stream().map(TargetView::of).toList());
  }

  @Operation(
      operationId = "readCallTarget",
      summary = "Reads a target",
      description = "A server's key only.")
  @GetMapping(path = "/v1/call-targets/{name}", produces = MediaType.APPLICATION_JSON_VALUE)
  TargetView read(@PathVariable String name, Caller caller) {
    caller.mustBeServer();
    return store
        .find(caller.tenant(), name)
        .map(TargetView::of)
        .orElseThrow(TargetController::missing);
  }

  @Operation(
      operationId = "rotateCallSecret",
      summary = "Replaces a target's signing secret",
      description =
          """
          The answer shows the new secret, this once. Both sign while the overlap lasts. A \
          server's key only.\
          """,
      requestBody =
          @RequestBody(
              content =
                  @Content(
                      mediaType = MediaType.APPLICATION_JSON_VALUE,
                      schema = @Schema(implementation = Overlap.class))))
  @PostMapping(path = "/v1/call-targets/{name}/secret", produces = MediaType.APPLICATION_JSON_VALUE)
  SecretView rotate(
      @PathVariable String name,
      Caller caller,
      @Parameter(hidden = true) HttpServletRequest request) {
    caller.mustBeServer();
    var overlap = Overlap.read(request);
    var secret = SigningSecret.random();
    if (name.equals(CallTarget.DEFAULT)) {
      store.openDefault(caller.tenant());
    }
    return store
        .rotate(caller.tenant(), name, secret, overlap)
        .map(target -> new SecretView(secret.text(), target.oldSecretUntil()))
        .orElseThrow(TargetController::missing);
  }

  @Operation(
      operationId = "removeCallTarget",
      summary = "Removes a target",
      description = "Jobs that name it are discarded when they run. A server's key only.")
  @ApiResponse(responseCode = "204", description = "It is no more")
  @DeleteMapping("/v1/call-targets/{name}")
  ResponseEntity<Void> remove(@PathVariable String name, Caller caller) {
    caller.mustBeServer();
    if (!store.remove(caller.tenant(), name)) {
      throw missing();
    }
    return ResponseEntity.noContent().build();
  }

  private static ProblemException missing() {
    return ProblemType.NOT_FOUND.because("There is no such target.");
  }
}
