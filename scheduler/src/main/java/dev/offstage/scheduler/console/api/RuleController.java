package dev.offstage.scheduler.console.api;

import dev.offstage.audit.Act;
import dev.offstage.audit.Actor;
import dev.offstage.body.Bodies;
import dev.offstage.body.Fields;
import dev.offstage.body.Words;
import dev.offstage.client.Announcer;
import dev.offstage.job.Rate;
import dev.offstage.scheduler.console.act.Acts;
import dev.offstage.scheduler.console.act.Asked;
import dev.offstage.store.GateStore;
import dev.offstage.store.GateStore.Scope;
import dev.offstage.store.Touched;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** Pauses and limits, of pools, kinds, tenants and concurrency keys; and who waits for what. */
@RestController
class RuleController {
  private static final int MAX_BODY = 16 * 1024;

  private final GateStore gates;
  private final Announcer announcer;
  private final Acts acts;

  RuleController(GateStore gates, Announcer announcer, Acts acts) {
    this.gates = gates;
    this.announcer = announcer;
    this.acts = acts;
  }

  record RulesView(List<RuleView> rules) {}

  /**
   * @param atOnce null for any number
   * @param starts in each {@code per}; null for any number
   */
  record RuleView(
      String scope,
      String name,
      boolean paused,
      @Nullable String reason,
      @Nullable Integer atOnce,
      @Nullable Integer starts,
      @Nullable Duration per,
      int running,
      long waiting) {}

  @GetMapping("/ops/v1/rules")
  RulesView rules() {
    return new RulesView(
        gates.rules().stream()
            .map(
                rule ->
                    new RuleView(
                        rule.scope().name().toLowerCase(Locale.ROOT),
                        rule.name(),
                        rule.paused(),
                        rule.reason(),
                        rule.capacity(),
                        rule.rate() == null ? null : rule.rate().starts(),
                        rule.rate() == null ? null : rule.rate().per(),
                        rule.held(),
                        rule.parked()))
            .toList());
  }

  record WaitingView(List<GateStore.Place> places) {}

  @GetMapping("/ops/v1/waiting")
  WaitingView waiting() {
    return new WaitingView(gates.waiting());
  }

  /** What a rule is about. */
  private record Ruled(Scope scope, String name) {
    Act act(String action) {
      var text = scope.name().toLowerCase(Locale.ROOT);
      var tenant =
          switch (scope) {
            case TENANT -> name;
            case KEY -> name.contains("/") ? name.substring(0, name.indexOf('/')) : null;
            case POOL, KIND -> null;
          };
      return Act.of(action, text + ":" + name).of(tenant);
    }
  }

  private static Ruled ruled(Fields fields) {
    var scope =
        fields.required(
            "scope", "pool, kind, tenant or key", text -> Words.of(Scope.class, "scope", text));
    var name = fields.required("name", "its name", text -> Asked.text("name", text));
    return new Ruled(scope == null ? Scope.POOL : scope, name == null ? "" : name);
  }

  @PostMapping("/ops/v1/rules:pause")
  RulesView pause(Actor actor, HttpServletRequest request) {
    var fields = Fields.of(Bodies.json(request, MAX_BODY));
    var ruled = ruled(fields);
    var reason = Objects.requireNonNullElse(Asked.text(fields, "reason"), "paused by an operator");
    fields.noOthers();
    fields.check();
    acts.act(
        actor,
        ruled.act("rule.pause").with("reason", reason),
        () -> gates.pause(ruled.scope, ruled.name, reason));
    return rules();
  }

  @PostMapping("/ops/v1/rules:resume")
  RulesView resume(Actor actor, HttpServletRequest request) {
    var fields = Fields.of(Bodies.json(request, MAX_BODY));
    var ruled = ruled(fields);
    fields.noOthers();
    fields.check();
    announcer.announceTouched(
        acts.act(
            actor,
            ruled.act("rule.resume"),
            () -> gates.resume(ruled.scope, ruled.name),
            RuleController::called));
    return rules();
  }

  /** A limit that is left out is lifted. */
  @PostMapping("/ops/v1/rules:limit")
  RulesView limit(Actor actor, HttpServletRequest request) {
    var fields = Fields.of(Bodies.json(request, MAX_BODY));
    var ruled = ruled(fields);
    int atOnce = fields.whole("atOnce", 1, 1_000_000, 0);
    int starts = fields.whole("starts", 1, 1_000_000, 0);
    var per = fields.duration("per");
    var rate = starts == 0 ? null : fields.made("per", () -> rate(starts, per));
    fields.noOthers();
    fields.check();
    announcer.announceTouched(
        acts.act(
            actor,
            ruled
                .act("rule.limit")
                .with("atOnce", atOnce == 0 ? null : atOnce)
                .with("starts", starts == 0 ? null : starts)
                .with("per", rate == null ? null : rate.per().toString()),
            () -> gates.limit(ruled.scope, ruled.name, atOnce == 0 ? null : atOnce, rate),
            RuleController::called));
    return rules();
  }

  private static Rate rate(int starts, @Nullable Duration per) {
    return new Rate(starts, per == null ? Duration.ofSeconds(1) : per);
  }

  static Map<String, Object> called(List<Touched> jobs) {
    return Map.of("called", jobs.size());
  }
}
