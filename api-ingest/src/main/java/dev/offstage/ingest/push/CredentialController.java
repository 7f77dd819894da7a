package dev.offstage.ingest.push;

import dev.offstage.body.Bodies;
import dev.offstage.body.Words;
import dev.offstage.ingest.auth.Caller;
import dev.offstage.ingest.device.Provider;
import dev.offstage.problem.ProblemType;
import dev.offstage.secret.SecretsUnavailableException;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.parameters.RequestBody;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

@RestController
@Tag(name = "Push")
class CredentialController {
  private static final ProblemType NO_KEY =
      ProblemType.of(503, "secrets-unavailable", "Secrets cannot be stored");
  private static final int MAX_BODY = 64 * 1024;

  private final CredentialStore store;

  CredentialController(CredentialStore store) {
    this.store = store;
  }

  /** The description of what {@link CredentialReader} reads. */
  @Schema(name = "NewPushCredential")
  record CredentialRequest(
      @Schema(description = "APNs: the text of the .p8 file") @Nullable String key,
      @Schema(description = "APNs", example = "ABC123DEFG") @Nullable String keyId,
      @Schema(description = "APNs", example = "DEF123GHIJ") @Nullable String teamId,
      @Schema(description = "APNs: for development builds", defaultValue = "false")
          @Nullable Boolean sandbox,
      @Schema(
              description = "FCM: the JSON of a service account's key, as downloaded",
              implementation = Object.class)
          @Nullable Object serviceAccount) {}

  /** All credentials of a tenant. */
  @Schema(name = "PushCredentials")
  record Credentials(List<Credential> credentials) {}

  @Operation(
      operationId = "putPushCredential",
      summary = "Stores what a provider knows an app by",
      description =
          """
          Sealed, and never told again. In place of the one before: jobs that wait because the \
          provider refused that one go on. A server's key only.\
          """,
      requestBody =
          @RequestBody(
              required = true,
              content =
                  @Content(
                      mediaType = MediaType.APPLICATION_JSON_VALUE,
                      schema = @Schema(implementation = CredentialRequest.class))))
  @PutMapping(
      path = "/v1/push/credentials/{provider}/{app}",
      consumes = MediaType.APPLICATION_JSON_VALUE,
      produces = MediaType.APPLICATION_JSON_VALUE)
  Credential put(
      @Parameter(schema = @Schema(allowableValues = {"apns", "fcm"})) @PathVariable String provider,
      @PathVariable String app,
      Caller caller,
      @Parameter(hidden = true) HttpServletRequest request) {
    caller.mustBeServer();
    var whose = provider(provider);
    var wanted = CredentialReader.read(whose, Bodies.json(request, MAX_BODY));
    try {
      return store.put(caller.tenant(), whose, app(app), wanted);
    } catch (SecretsUnavailableException e) {
      var problem =
          NO_KEY.because("No key to seal secrets with is configured: offstage.secrets.keys.");
      problem.addSuppressed(e);
      throw problem;
    }
  }

  @Operation(
      operationId = "listPushCredentials",
      summary = "Lists credentials, without their secrets",
      description = "With why a provider refused one, where it did. A server's key only.")
  @GetMapping(path = "/v1/push/credentials", produces = MediaType.APPLICATION_JSON_VALUE)
  Credentials list(Caller caller) {
    caller.mustBeServer();
    return new Credentials(store.list(caller.tenant()));
  }

  @Operation(operationId = "deletePushCredential", summary = "Forgets a credential")
  @ApiResponse(responseCode = "204", description = "Gone")
  @DeleteMapping("/v1/push/credentials/{provider}/{app}")
  ResponseEntity<Void> delete(
      @Parameter(schema = @Schema(allowableValues = {"apns", "fcm"})) @PathVariable String provider,
      @PathVariable String app,
      @RequestParam(defaultValue = "false") boolean sandbox,
      Caller caller) {
    caller.mustBeServer();
    if (!store.delete(caller.tenant(), provider(provider), app(app), sandbox)) {
      throw ProblemType.NOT_FOUND.because("There is no such credential.");
    }
    return ResponseEntity.noContent().build();
  }

  private static Provider provider(String text) {
    try {
      return Words.of(Provider.class, "provider", text);
    } catch (IllegalArgumentException e) {
      throw ProblemType.NOT_FOUND.because("There is no such provider (expected: apns or fcm).");
    }
  }

  private static String app(String text) {
    try {
      return Provider.app(text);
    } catch (IllegalArgumentException e) {
      var problem = ProblemType.INVALID_REQUEST.because(String.valueOf(e.getMessage()));
      problem.addSuppressed(e);
      throw problem;
    }
  }
}
