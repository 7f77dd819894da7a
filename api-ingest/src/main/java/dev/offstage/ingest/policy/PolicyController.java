package dev.offstage.ingest.policy;

import dev.offstage.body.Bodies;
import dev.offstage.body.Fields;
import dev.offstage.body.Words;
import dev.offstage.ingest.auth.Caller;
import dev.offstage.ingest.auth.WriteKey.IpPolicy;
import dev.offstage.ingest.policy.EventPolicies.EventPolicy;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.parameters.RequestBody;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import java.util.Locale;
import org.springframework.http.CacheControl;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RestController;

@RestController
@Tag(name = "Event policy")
class PolicyController {
  private static final int MAX_BODY = 128 * 1024;
  private static final int MOST = 200;
  private static final int MAX_RULE = 255;

  private final EventPolicies policies;

  PolicyController(EventPolicies policies) {
    this.policies = policies;
  }

  /**
   * What a tenant never keeps.
   *
   * @param deny names, wherever they stand in properties, traits or context; or paths from an
   *     event's top, such as `context.device.advertisingId`
   * @param ip what becomes of addresses
   */
  @Schema(name = "EventPolicy")
  record PolicyView(
      List<String> deny, @Schema(allowableValues = {"drop", "truncate", "keep"}) String ip) {
    private static PolicyView of(EventPolicy policy) {
      return new PolicyView(policy.deny(), policy.ip().name().toLowerCase(Locale.ROOT));
    }
  }

  @Operation(operationId = "readEventPolicy", summary = "Reads what is never kept of events")
  @GetMapping(path = "/v1/analytics/policy", produces = MediaType.APPLICATION_JSON_VALUE)
  ResponseEntity<PolicyView> read(Caller caller) {
    caller.mustBeServer();
    return answer(policies.of(caller.tenant()));
  }

  @Operation(
      operationId = "putEventPolicy",
      summary = "Says what is never kept of events",
      description =
          """
          `deny` (names, wherever they stand in properties, traits or context, or paths such as \
          `context.device.advertisingId`) and `ip` (`drop`, the default, `truncate` or `keep`); \
          what is left out is as by default. In effect within seconds, for what comes from then on; \
          what is written stays.\
          """)
  @RequestBody(
      required = true,
      content =
          @Content(
              mediaType = MediaType.APPLICATION_JSON_VALUE,
              schema = @Schema(implementation = PolicyView.class)))
  @PutMapping(path = "/v1/analytics/policy", produces = MediaType.APPLICATION_JSON_VALUE)
  ResponseEntity<PolicyView> put(
      Caller caller, @Parameter(hidden = true) HttpServletRequest request) {
    caller.mustBeServer();
    var fields = Fields.of(Bodies.json(request, MAX_BODY));
    var deny = fields.texts("deny").stream().distinct().toList();
    if (deny.size() > MOST) {
      fields.wrong("deny", deny.size() + " of them (expected: at most " + MOST + ")");
    }
    for (var rule : deny) {
      if (rule.isBlank() || rule.length() > MAX_RULE) {
        fields.wrong("deny", Fields.shown(rule) + " (expected: 1 to 255 characters each)");
      }
    }
    var ip = fields.text("ip", text -> Words.of(IpPolicy.class, "ip", text));
    fields.noOthers();
    fields.check();
    var policy = new EventPolicy(deny, ip == null ? IpPolicy.DROP : ip);
    policies.put(caller.tenant(), policy);
    return answer(policy);
  }

  private static ResponseEntity<PolicyView> answer(EventPolicy policy) {
    return ResponseEntity.ok().cacheControl(CacheControl.noStore()).body(PolicyView.of(policy));
  }
}
