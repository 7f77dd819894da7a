package dev.offstage.scheduler.console.api;

import dev.offstage.audit.Act;
import dev.offstage.audit.Actor;
import dev.offstage.body.Bodies;
import dev.offstage.body.Fields;
import dev.offstage.client.Announcer;
import dev.offstage.destination.DestinationRule;
import dev.offstage.destination.DestinationState;
import dev.offstage.destination.DestinationStore;
import dev.offstage.job.DestinationName;
import dev.offstage.job.Rate;
import dev.offstage.scheduler.console.act.Acts;
import dev.offstage.scheduler.console.act.Asked;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;

/** Where jobs go outside: who is shut and why, and the rules. */
@RestController
class DestinationController {
  private static final int MAX_BODY = 16 * 1024;
  private static final int MOST = 500;

  private final DestinationStore destinations;
  private final Announcer announcer;
  private final Acts acts;

  DestinationController(DestinationStore destinations, Announcer announcer, Acts acts) {
    this.destinations = destinations;
    this.announcer = announcer;
    this.acts = acts;
  }

  record DestinationsView(List<DestinationView> destinations) {}

  /**
   * @param state open, held (by an operator), shut, or trying (whether it is well again)
   */
  record DestinationView(
      String name,
      String state,
      @Nullable Duration shutFor,
      @Nullable String reason,
      int running,
      int atOnce,
      long waiting) {

    static DestinationView of(DestinationState each) {
      return new DestinationView(
          each.name().text(),
          each.paused() ? "held" : each.shut() ? "shut" : each.probing() ? "trying" : "open",
          each.shut() ? each.shutFor() : null,
          each.reason(),
          each.held(),
          each.atOnce(),
          each.waiting());
    }
  }

  @GetMapping("/ops/v1/destinations")
  DestinationsView all() {
    return new DestinationsView(destinations.all(MOST).stream().map(DestinationView::of).toList());
  }

  @PostMapping("/ops/v1/destinations:pause")
  DestinationsView pause(Actor actor, HttpServletRequest request) {
    var fields = Fields.of(Bodies.json(request, MAX_BODY));
    var name = name(fields);
    var reason = Objects.requireNonNullElse(Asked.text(fields, "reason"), "held by an operator");
    fields.noOthers();
    fields.check();
    var known = Objects.requireNonNull(name);
    acts.act(
        actor,
        act("destination.pause", known).with("reason", reason),
        () -> destinations.pause(known, reason));
    return all();
  }

  @PostMapping("/ops/v1/destinations:resume")
  DestinationsView resume(Actor actor, HttpServletRequest request) {
    var fields = Fields.of(Bodies.json(request, MAX_BODY));
    var name = name(fields);
    fields.noOthers();
    fields.check();
    var known = Objects.requireNonNull(name);
    announcer.announceTouched(
        acts.act(
            actor,
            act("destination.resume", known),
            () -> destinations.resume(known),
            RuleController::called));
    return all();
  }

  private static @Nullable DestinationName name(Fields fields) {
    return fields.required("name", "such as host:acme/api.example.com", DestinationName::new);
  }

  private static Act act(String action, DestinationName name) {
    return Act.of(action, name.text());
  }

  record RulesView(List<DestinationRule> rules) {}

  @GetMapping("/ops/v1/destination-rules")
  RulesView rules() {
    return new RulesView(destinations.rules());
  }

  @PostMapping("/ops/v1/destination-rules:set")
  RulesView set(Actor actor, HttpServletRequest request) {
    var body = Bodies.json(request, MAX_BODY);
    var rule = rule(body);
    announcer.announceTouched(
        acts.act(
            actor,
            new Act("destination-rule.set", rule.pattern(), null, Map.of("rule", (Object) body)),
            () -> destinations.set(rule),
            RuleController::called));
    return rules();
  }

  private static DestinationRule rule(JsonNode body) {
    var fields = Fields.of(body);
    var pattern =
        fields.required("pattern", "such as host:acme/*", text -> Asked.text("pattern", text));
    var atOnce = number(fields, "atOnce");
    var timeLimit = fields.duration("timeLimit");
    var quota = number(fields, "quota");
    var per = fields.duration("per");
    var failureRate = number(fields, "failureRate");
    var sample = number(fields, "sample");
    var atLeast = number(fields, "atLeast");
    var shutFor = fields.duration("shutFor");
    var shutAtMost = fields.duration("shutAtMost");
    var probes = number(fields, "probes");
    var rate =
        quota == null
            ? null
            : fields.made(
                "quota", () -> new Rate(quota, per == null ? Duration.ofSeconds(1) : per));
    fields.noOthers();
    var rule =
        fields.areGood()
            ? fields.made(
                "rule",
                () ->
                    new DestinationRule(
                        String.valueOf(pattern),
                        atOnce,
                        timeLimit,
                        rate,
                        failureRate,
                        sample,
                        atLeast,
                        shutFor,
                        shutAtMost,
                        probes))
            : null;
    fields.check();
    return Objects.requireNonNull(rule);
  }

  private static @Nullable Integer number(Fields fields, String name) {
    int value = fields.whole(name, 1, 1_000_000_000, 0);
    return value == 0 ? null : value;
  }

  @PostMapping("/ops/v1/destination-rules:unset")
  RulesView unset(Actor actor, HttpServletRequest request) {
    var fields = Fields.of(Bodies.json(request, MAX_BODY));
    var pattern = fields.required("pattern", "of a rule", text -> Asked.text("pattern", text));
    fields.noOthers();
    fields.check();
    var known = Objects.requireNonNull(pattern);
    announcer.announceTouched(
        acts.act(
            actor,
            Act.of("destination-rule.unset", known),
            () -> destinations.unset(known).orElseThrow(() -> Acts.missing("operators' rule")),
            RuleController::called));
    return rules();
  }
}
