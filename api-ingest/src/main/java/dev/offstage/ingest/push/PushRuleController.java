package dev.offstage.ingest.push;

import com.fasterxml.jackson.annotation.JsonRawValue;
import dev.offstage.body.Bodies;
import dev.offstage.ingest.auth.Caller;
import dev.offstage.job.JobState;
import dev.offstage.problem.ProblemType;
import dev.offstage.push.PushRule;
import dev.offstage.push.PushRuleStore;
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
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RestController;

@RestController
@Tag(name = "Push")
class PushRuleController {
  private static final ProblemType TOO_MANY =
      ProblemType.of(409, "too-many-push-rules", "Too many push rules");
  private static final int MOST = 100;
  private static final int MAX_BODY = 64 * 1024;

  private final PushRuleStore store;

  PushRuleController(PushRuleStore store) {
    this.store = store;
  }

  /** The description of what {@link PushRuleReader} reads. */
  @Schema(name = "NewPushRule")
  record RuleRequest(
      @Schema(
              description = "Which ends are told: completed, discarded, cancelled",
              defaultValue = "[\"completed\"]")
          @Nullable List<String> ends,
      @Schema(
              description =
                  "The payload of push.send, without `to` and `expiresAt`; `unlessListening` is"
                      + " true unless it says otherwise",
              implementation = Object.class)
          Object push) {}

  /** A rule. */
  @Schema(name = "PushRule")
  record RuleView(
      String kind,
      List<String> ends,
      @JsonRawValue @Schema(implementation = Object.class) String push,
      Instant createdAt,
      Instant updatedAt) {
    static RuleView of(PushRule rule) {
      return new RuleView(
          rule.kind(),
          rule.ends().stream().map(JobState::text).toList(),
          rule.payload(),
          rule.createdAt(),
          rule.updatedAt());
    }
  }

  /** All rules of a tenant. */
  @Schema(name = "PushRules")
  record Rules(List<RuleView> rules) {}

  @Operation(
      operationId = "putPushRule",
      summary = "Tells users by push when their jobs of a kind end",
      description =
          """
          For jobs that belong to an end user: to that user's devices, unless the app follows the \
          job live. Of several rules that mean a job's kind, the most exact one counts. The push's \
          `data` has the `job`, its `kind` and its `state`. A server's key only.\
          """,
      requestBody =
          @RequestBody(
              required = true,
              content =
                  @Content(
                      mediaType = MediaType.APPLICATION_JSON_VALUE,
                      schema = @Schema(implementation = RuleRequest.class))))
  @PutMapping(
      path = "/v1/push/rules/{kind}",
      consumes = MediaType.APPLICATION_JSON_VALUE,
      produces = MediaType.APPLICATION_JSON_VALUE)
  RuleView put(
      @Parameter(example = "media.image") @PathVariable String kind,
      Caller caller,
      @Parameter(hidden = true) HttpServletRequest request) {
    caller.mustBeServer();
    var wanted = PushRuleReader.read(Bodies.json(request, MAX_BODY));
    return store
        .put(caller.tenant(), pattern(kind), wanted.ends(), wanted.payload(), MOST)
        .map(RuleView::of)
        .orElseThrow(
            () -> TOO_MANY.because("The tenant has " + MOST + " push rules, which is the most."));
  }

  @Operation(operationId = "listPushRules", summary = "Lists push rules")
  @GetMapping(path = "/v1/push/rules", produces = MediaType.APPLICATION_JSON_VALUE)
  Rules list(Caller caller) {
    caller.mustBeServer();
    return new Rules(store.ofTenants(List.of(caller.tenant())).stream().map(RuleView::of).toList());
  }

  @Operation(operationId = "deletePushRule", summary = "Takes a push rule away")
  @ApiResponse(responseCode = "204", description = "Gone")
  @DeleteMapping("/v1/push/rules/{kind}")
  ResponseEntity<Void> delete(@PathVariable String kind, Caller caller) {
    caller.mustBeServer();
    if (!store.remove(caller.tenant(), kind)) {
      throw ProblemType.NOT_FOUND.because("There is no push rule of that kind.");
    }
    return ResponseEntity.noContent().build();
  }

  private static String pattern(String kind) {
    try {
      return PushRule.pattern(kind);
    } catch (IllegalArgumentException e) {
      var problem = ProblemType.INVALID_REQUEST.because(String.valueOf(e.getMessage()));
      problem.addSuppressed(e);
      throw problem;
    }
  }
}
