package dev.offstage.ingest.plan;

import dev.offstage.body.Bodies;
import dev.offstage.body.Fields;
import dev.offstage.body.JsonText;
import dev.offstage.ingest.auth.Caller;
import dev.offstage.plan.TrackingPlan;
import dev.offstage.plan.TrackingPlans;
import dev.offstage.problem.FieldProblem;
import dev.offstage.problem.ProblemType;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.parameters.RequestBody;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import org.springframework.http.CacheControl;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RestController;

@RestController
@Tag(name = "Tracking plans")
class PlanController {
  private static final int MAX_PLAN = 512 * 1024;
  private static final int MAX_APP = 100;

  private final TrackingPlans plans;

  PlanController(TrackingPlans plans) {
    this.plans = plans;
  }

  /**
   * @param version raised with each change
   */
  @Schema(name = "TrackingPlan")
  record PlanView(String app, int version, @Schema(type = "object") Object plan) {
    private static PlanView of(TrackingPlans.Kept kept) {
      return new PlanView(kept.app(), kept.version(), JsonText.MAPPER.readTree(kept.plan()));
    }
  }

  @Schema(name = "TrackingPlans")
  record Plans(List<PlanView> plans) {}

  @Operation(operationId = "listPlans", summary = "Lists the apps' tracking plans")
  @GetMapping(path = "/v1/analytics/plans", produces = MediaType.APPLICATION_JSON_VALUE)
  ResponseEntity<Plans> all(Caller caller) {
    caller.mustBeServer();
    return answer(new Plans(plans.all(caller.tenant()).stream().map(PlanView::of).toList()));
  }

  @Operation(operationId = "readPlan", summary = "Reads an app's tracking plan")
  @GetMapping(path = "/v1/analytics/plans/{app}", produces = MediaType.APPLICATION_JSON_VALUE)
  ResponseEntity<PlanView> read(@PathVariable String app, Caller caller) {
    caller.mustBeServer();
    return plans
        .find(caller.tenant(), app)
        .map(kept -> answer(PlanView.of(kept)))
        .orElseThrow(PlanController::missing);
  }

  @Operation(
      operationId = "putPlan",
      summary = "Sets an app's tracking plan",
      description =
          """
          `unknownEvents` (accept, flag, reject) says what becomes of track, screen and page events \
          that `events` does not name; `events.<name>.properties` is a JSON Schema, of which type, \
          enum, const, minimum, maximum, minLength, maxLength, properties, required, \
          additionalProperties, items, minItems and maxItems are understood; `onViolation` (flag, \
          reject) says what becomes of an event that breaks it. A screen, page or other event is \
          named `screen:Home`. In effect within seconds.\
          """)
  @RequestBody(
      required = true,
      content =
          @Content(mediaType = MediaType.APPLICATION_JSON_VALUE, schema = @Schema(type = "object")))
  @PutMapping(path = "/v1/analytics/plans/{app}", produces = MediaType.APPLICATION_JSON_VALUE)
  ResponseEntity<PlanView> put(
      @PathVariable String app,
      Caller caller,
      @Parameter(hidden = true) HttpServletRequest request) {
    caller.mustBeServer();
    if (app.isBlank() || app.length() > MAX_APP) {
      throw ProblemType.INVALID_REQUEST.because("app: (expected: 1 to 100 characters)");
    }
    var body = Bodies.json(request, MAX_PLAN);
    try {
      TrackingPlan.parse(body);
    } catch (IllegalArgumentException e) {
      var message = String.valueOf(e.getMessage());
      var field = message.contains(": ") ? message.substring(0, message.indexOf(": ")) : "plan";
      throw ProblemType.INVALID_REQUEST
          .because("The plan cannot hold; see errors for what was expected.")
          .errors(List.of(new FieldProblem(field, Fields.detail(e))));
    }
    int version = plans.put(caller.tenant(), app, body.toString());
    return answer(new PlanView(app, version, body));
  }

  @Operation(operationId = "deletePlan", summary = "Removes an app's tracking plan")
  @ApiResponse(responseCode = "204", description = "Gone", content = @Content)
  @DeleteMapping("/v1/analytics/plans/{app}")
  ResponseEntity<Void> delete(@PathVariable String app, Caller caller) {
    caller.mustBeServer();
    if (!plans.remove(caller.tenant(), app)) {
      throw missing();
    }
    return ResponseEntity.noContent().build();
  }

  private static RuntimeException missing() {
    return ProblemType.NOT_FOUND.because("The app has no tracking plan.");
  }

  private static <T> ResponseEntity<T> answer(T body) {
    return ResponseEntity.ok().cacheControl(CacheControl.noCache().cachePrivate()).body(body);
  }
}
