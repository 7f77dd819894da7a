package dev.offstage.scheduler.console.api;

import dev.offstage.audit.Act;
import dev.offstage.audit.Actor;
import dev.offstage.body.Bodies;
import dev.offstage.body.Fields;
import dev.offstage.operator.Operator;
import dev.offstage.operator.OperatorTokens;
import dev.offstage.operator.Operators;
import dev.offstage.operator.Passwords;
import dev.offstage.operator.Role;
import dev.offstage.scheduler.console.act.Acts;
import dev.offstage.scheduler.console.act.Asked;
import dev.offstage.scheduler.console.act.Reasons;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** Who operates. For admins. */
@RestController
class OperatorController {
  private static final int MAX_BODY = 4 * 1024;

  private final Operators operators;
  private final OperatorTokens tokens;
  private final Passwords passwords;
  private final Acts acts;

  OperatorController(Operators operators, OperatorTokens tokens, Passwords passwords, Acts acts) {
    this.operators = operators;
    this.tokens = tokens;
    this.passwords = passwords;
    this.acts = acts;
  }

  record OperatorsView(List<OperatorView> operators) {}

  record OperatorView(
      String name,
      String role,
      boolean hasPassword,
      Instant createdAt,
      @Nullable Instant disabledAt) {

    static OperatorView of(Operator operator) {
      return new OperatorView(
          operator.name(),
          operator.role().text(),
          operator.hasPassword(),
          operator.createdAt(),
          operator.disabledAt());
    }
  }

  @GetMapping("/ops/v1/operators")
  OperatorsView all() {
    return new OperatorsView(operators.all().stream().map(OperatorView::of).toList());
  }

  @PostMapping("/ops/v1/operators")
  ResponseEntity<OperatorView> add(Actor actor, HttpServletRequest request) {
    var fields = Fields.of(Bodies.json(request, MAX_BODY));
    var name = fields.required("name", "a name", text -> text);
    var role = fields.required("role", "viewer, operator or admin", Role::of);
    var hash = fields.text("password", passwords::hash);
    fields.noOthers();
    fields.check();
    var known = Objects.requireNonNull(name);
    var given = Objects.requireNonNull(role);
    acts.act(
        actor,
        Act.of("operator.add", "operator:" + known).with("role", given.text()),
        () -> add(known, given, hash));
    return ResponseEntity.status(HttpStatus.CREATED).body(view(known));
  }

  private void add(String name, Role role, @Nullable String hash) {
    try {
      if (!operators.add(name, role, hash)) {
        throw Acts.conflict("There is an operator of that name.");
      }
    } catch (IllegalArgumentException e) {
      throw Acts.invalid("name", Fields.detail(e));
    }
  }

  @PostMapping("/ops/v1/operators/{name}/role")
  OperatorView role(@PathVariable String name, Actor actor, HttpServletRequest request) {
    var fields = Fields.of(Bodies.json(request, MAX_BODY));
    var role = fields.required("role", "viewer, operator or admin", Role::of);
    fields.noOthers();
    fields.check();
    var given = Objects.requireNonNull(role);
    notOneself(name, actor);
    acts.act(
        actor,
        Act.of("operator.role", "operator:" + name).with("role", given.text()),
        () -> there(operators.role(name, given)));
    return view(name);
  }

  @PostMapping("/ops/v1/operators/{name}/password")
  OperatorView password(@PathVariable String name, Actor actor, HttpServletRequest request) {
    var fields = Fields.of(Bodies.json(request, MAX_BODY));
    var hash = fields.required("password", "a password", passwords::hash);
    fields.noOthers();
    fields.check();
    acts.act(
        actor,
        Act.of("operator.password", "operator:" + name),
        () -> there(operators.password(name, Objects.requireNonNull(hash))));
    return view(name);
  }

  @PostMapping("/ops/v1/operators/{name}/disable")
  OperatorView disable(@PathVariable String name, Actor actor, HttpServletRequest request) {
    Reasons.none(request);
    notOneself(name, actor);
    acts.act(
        actor,
        Act.of("operator.disable", "operator:" + name),
        () -> there(operators.disable(name)));
    return view(name);
  }

  @PostMapping("/ops/v1/operators/{name}/enable")
  OperatorView enable(@PathVariable String name, Actor actor, HttpServletRequest request) {
    Reasons.none(request);
    acts.act(
        actor, Act.of("operator.enable", "operator:" + name), () -> there(operators.enable(name)));
    return view(name);
  }

  /** So that the last admin does not go by mistake. */
  private static void notOneself(String name, Actor actor) {
    if (actor.name().equals(name)) {
      throw Acts.conflict("That is you (expected: another admin does it).");
    }
  }

  private static void there(boolean known) {
    if (!known) {
      throw Acts.missing("operator");
    }
  }

  private OperatorView view(String name) {
    return operators.find(name).map(OperatorView::of).orElseThrow(() -> Acts.missing("operator"));
  }

  record TokensView(List<OperatorTokens.Kept> tokens) {}

  @GetMapping("/ops/v1/operators/{name}/tokens")
  TokensView tokens(@PathVariable String name) {
    view(name);
    return new TokensView(tokens.of(name));
  }

  /**
   * @param token shown this once
   */
  record TokenView(UUID id, String token) {}

  @PostMapping("/ops/v1/operators/{name}/tokens")
  ResponseEntity<TokenView> issue(
      @PathVariable String name, Actor actor, HttpServletRequest request) {
    var fields = Fields.of(Bodies.json(request, MAX_BODY));
    var label = fields.required("label", "for people", text -> Asked.text("label", text));
    fields.noOthers();
    fields.check();
    view(name);
    var given = Objects.requireNonNull(label);
    var issued =
        acts.act(
            actor,
            Act.of("token.issue", "operator:" + name).with("label", given),
            () -> tokens.issue(name, given),
            token -> Map.of("token", token.id().toString()));
    return ResponseEntity.status(HttpStatus.CREATED)
        .cacheControl(CacheControl.noStore())
        .body(new TokenView(issued.id(), issued.text()));
  }

  @PostMapping("/ops/v1/operators/{name}/tokens/{id}/revoke")
  TokensView revoke(
      @PathVariable String name, @PathVariable String id, Actor actor, HttpServletRequest request) {
    Reasons.none(request);
    var token = Asked.uuid(id, "token");
    acts.act(
        actor,
        Act.of("token.revoke", "operator:" + name).with("token", token.toString()),
        () -> {
          if (!tokens.revoke(name, token)) {
            throw Acts.missing("token in force");
          }
        });
    return tokens(name);
  }
}
