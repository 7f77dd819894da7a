package dev.offstage.ingest.auth;

import static org.springframework.http.HttpMethod.DELETE;
import static org.springframework.http.HttpMethod.GET;
import static org.springframework.http.HttpMethod.HEAD;
import static org.springframework.http.HttpMethod.OPTIONS;
import static org.springframework.http.HttpMethod.PATCH;
import static org.springframework.http.HttpMethod.POST;
import static org.springframework.http.HttpMethod.PUT;

import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpMethod;
import org.springframework.http.server.PathContainer;
import org.springframework.security.authorization.AuthorizationDecision;
import org.springframework.security.authorization.AuthorizationManager;
import org.springframework.security.core.Authentication;
import org.springframework.security.web.access.intercept.RequestAuthorizationContext;
import org.springframework.web.util.ServletRequestPathUtils;
import org.springframework.web.util.pattern.PathPattern;
import org.springframework.web.util.pattern.PathPatternParser;

/**
 * Who may call what: one line an endpoint. What has no line here does not exist for anybody, so an
 * endpoint without a decision cannot be reached.
 */
public final class AccessRules implements AuthorizationManager<RequestAuthorizationContext> {

  /**
   * @param scope that the caller must have; null for an endpoint that asks for no token, because
   *     its URL is the secret or because it has none
   */
  public record Rule(HttpMethod method, PathPattern path, @Nullable Scope scope) {}

  private static final List<Rule> RULES =
      List.of(
          // An upload's own unguessable URL authorises to go on with it.
          open(OPTIONS, "/files"),
          needs(POST, "/files", Scope.UPLOADS_WRITE),
          needs(POST, "/files/", Scope.UPLOADS_WRITE),
          open(OPTIONS, "/files/**"),
          open(HEAD, "/files/**"),
          open(PATCH, "/files/**"),
          needs(DELETE, "/files/**", Scope.UPLOADS_WRITE),
          needs(POST, "/files/", Scope.UPLOADS_WRITE),
          needs(POST, "/v1/jobs", Scope.JOBS_WRITE),
          needs(POST, "/v1/jobs:batch", Scope.JOBS_WRITE),
          needs(POST, "/v1/jobs:redrive", Scope.JOBS_WRITE),
          needs(GET, "/v1/jobs", Scope.JOBS_READ),
          needs(GET, "/v1/jobs/counts", Scope.JOBS_READ),
          needs(GET, "/v1/jobs/{id}", Scope.JOBS_READ),
          needs(GET, "/v1/jobs/{id}/log", Scope.JOBS_READ),
          needs(GET, "/v1/jobs/{id}/payload", Scope.JOBS_READ),
          needs(POST, "/v1/jobs/{id}/cancel", Scope.JOBS_WRITE),
          needs(POST, "/v1/jobs/{id}/redrive", Scope.JOBS_WRITE),
          needs(POST, "/v1/workflows", Scope.JOBS_WRITE),
          needs(GET, "/v1/workflows/{id}", Scope.JOBS_READ),
          needs(POST, "/v1/workflows/{id}/cancel", Scope.JOBS_WRITE),
          needs(GET, "/v1/jobs/{id}/events", Scope.JOBS_READ),
          needs(POST, "/v1/devices", Scope.DEVICES_WRITE),
          needs(GET, "/v1/devices", Scope.DEVICES_READ),
          needs(GET, "/v1/devices/{id}", Scope.DEVICES_READ),
          needs(PATCH, "/v1/devices/{id}", Scope.DEVICES_WRITE),
          needs(DELETE, "/v1/devices/{id}", Scope.DEVICES_WRITE),
          needs(PUT, "/v1/devices/{id}/topics/{topic}", Scope.DEVICES_WRITE),
          needs(DELETE, "/v1/devices/{id}/topics/{topic}", Scope.DEVICES_WRITE),
          needs(PUT, "/v1/push/credentials/{provider}/{app}", Scope.PUSH_WRITE),
          needs(GET, "/v1/push/credentials", Scope.PUSH_WRITE),
          needs(DELETE, "/v1/push/credentials/{provider}/{app}", Scope.PUSH_WRITE),
          needs(PUT, "/v1/push/rules/{kind}", Scope.PUSH_WRITE),
          needs(GET, "/v1/push/rules", Scope.PUSH_WRITE),
          needs(DELETE, "/v1/push/rules/{kind}", Scope.PUSH_WRITE),
          needs(POST, "/v1/push/audiences", Scope.PUSH_WRITE),
          needs(GET, "/v1/push/audiences/{id}", Scope.PUSH_WRITE),
          needs(DELETE, "/v1/push/audiences/{id}", Scope.PUSH_WRITE),
          needs(GET, "/v1/assets/{id}", Scope.ASSETS_READ),
          needs(DELETE, "/v1/assets/{id}", Scope.ASSETS_WRITE),
          needs(POST, "/v1/assets/{id}/variants", Scope.ASSETS_WRITE),
          needs(POST, "/v1/webhooks/endpoints", Scope.WEBHOOKS_WRITE),
          needs(GET, "/v1/webhooks/endpoints", Scope.WEBHOOKS_READ),
          needs(GET, "/v1/webhooks/endpoints/{id}", Scope.WEBHOOKS_READ),
          needs(PATCH, "/v1/webhooks/endpoints/{id}", Scope.WEBHOOKS_WRITE),
          needs(DELETE, "/v1/webhooks/endpoints/{id}", Scope.WEBHOOKS_WRITE),
          needs(POST, "/v1/webhooks/endpoints/{id}/secret", Scope.WEBHOOKS_WRITE),
          needs(POST, "/v1/webhooks/endpoints/{id}/pause", Scope.WEBHOOKS_WRITE),
          needs(POST, "/v1/webhooks/endpoints/{id}/resume", Scope.WEBHOOKS_WRITE),
          needs(POST, "/v1/webhooks/endpoints/{id}/test", Scope.WEBHOOKS_WRITE),
          needs(POST, "/v1/webhooks/endpoints/{id}/replay", Scope.WEBHOOKS_WRITE),
          needs(GET, "/v1/webhooks/endpoints/{id}/deliveries", Scope.WEBHOOKS_READ),
          needs(GET, "/v1/webhooks/deliveries/{id}", Scope.WEBHOOKS_READ),
          needs(POST, "/v1/webhooks/deliveries/{id}/replay", Scope.WEBHOOKS_WRITE),
          needs(POST, "/v1/webhooks/events", Scope.WEBHOOKS_WRITE),
          needs(GET, "/v1/call-targets", Scope.WEBHOOKS_READ),
          needs(GET, "/v1/call-targets/{name}", Scope.WEBHOOKS_READ),
          needs(PUT, "/v1/call-targets/{name}", Scope.WEBHOOKS_WRITE),
          needs(DELETE, "/v1/call-targets/{name}", Scope.WEBHOOKS_WRITE),
          needs(POST, "/v1/call-targets/{name}/secret", Scope.WEBHOOKS_WRITE),
          // The token that the call was sent with is the secret; the endpoint checks it.
          open(POST, "/v1/jobs/{id}/finish"),
          // Write keys come as Segment's SDKs send them, in Basic or in the body: the endpoint
          // looks.
          open(POST, "/v1/track"),
          open(POST, "/v1/identify"),
          open(POST, "/v1/screen"),
          open(POST, "/v1/page"),
          open(POST, "/v1/group"),
          open(POST, "/v1/alias"),
          open(POST, "/v1/batch"),
          open(POST, "/v1/import"),
          open(POST, "/v1/import/"),
          open(POST, "/v1/t"),
          open(POST, "/v1/i"),
          open(POST, "/v1/s"),
          open(POST, "/v1/p"),
          open(POST, "/v1/g"),
          open(POST, "/v1/a"),
          open(POST, "/v1/b"),
          open(POST, "/v1/m"),
          open(GET, "/v1/projects/{key}/settings"),
          needs(DELETE, "/v1/analytics/users/{id}", Scope.EVENTS_ERASE),
          needs(GET, "/v1/analytics/erasures/{id}", Scope.EVENTS_ERASE),
          // Signed, expiring URLs: the signature is checked by the endpoint.
          open(GET, "/v1/assets/{id}/variants/{file}"),
          open(GET, "/v1/assets/{id}/original"),
          needs(GET, "/v1/analytics/timeseries", Scope.EVENTS_READ),
          needs(GET, "/v1/analytics/breakdown", Scope.EVENTS_READ),
          needs(GET, "/v1/analytics/uniques", Scope.EVENTS_READ),
          needs(GET, "/v1/analytics/retention", Scope.EVENTS_READ),
          needs(GET, "/v1/analytics/funnel", Scope.EVENTS_READ),
          needs(GET, "/v1/analytics/events", Scope.EVENTS_READ),
          needs(GET, "/v1/analytics/live", Scope.EVENTS_READ),
          needs(GET, "/v1/analytics/schema", Scope.EVENTS_READ),
          needs(GET, "/v1/analytics/plans", Scope.EVENTS_READ),
          needs(GET, "/v1/analytics/plans/{app}", Scope.EVENTS_READ),
          needs(PUT, "/v1/analytics/plans/{app}", Scope.EVENTS_MANAGE),
          needs(DELETE, "/v1/analytics/plans/{app}", Scope.EVENTS_MANAGE),
          needs(POST, "/v1/analytics/rejects/{id}/replay", Scope.EVENTS_MANAGE),
          needs(GET, "/v1/analytics/destinations", Scope.EVENTS_READ),
          needs(POST, "/v1/analytics/destinations", Scope.EVENTS_MANAGE),
          needs(GET, "/v1/analytics/destinations/{id}", Scope.EVENTS_READ),
          needs(POST, "/v1/analytics/destinations/{id}/pause", Scope.EVENTS_MANAGE),
          needs(POST, "/v1/analytics/destinations/{id}/resume", Scope.EVENTS_MANAGE),
          needs(POST, "/v1/analytics/destinations/{id}/secret", Scope.EVENTS_MANAGE),
          needs(DELETE, "/v1/analytics/destinations/{id}", Scope.EVENTS_MANAGE),
          needs(GET, "/v1/analytics/policy", Scope.EVENTS_READ),
          needs(PUT, "/v1/analytics/policy", Scope.EVENTS_MANAGE),
          needs(GET, "/v1/analytics/rejects", Scope.EVENTS_READ),
          needs(GET, "/v1/analytics/rejects/{id}", Scope.EVENTS_READ),
          needs(GET, "/v1/inspector/keys", Scope.EVENTS_READ),
          needs(GET, "/v1/inspector/events", Scope.EVENTS_READ),
          needs(GET, "/v1/inspector/stream", Scope.EVENTS_READ),
          // The page is the same for everybody, and asks for a key.
          open(GET, "/inspector"),
          open(GET, "/v3/api-docs"),
          open(GET, "/v3/api-docs.yaml"));

  private static Rule open(HttpMethod method, String path) {
    return new Rule(method, PathPatternParser.defaultInstance.parse(path), null);
  }

  private static Rule needs(HttpMethod method, String path, Scope scope) {
    return new Rule(method, PathPatternParser.defaultInstance.parse(path), scope);
  }

  @Override
  public AuthorizationDecision authorize(
      Supplier<? extends @Nullable Authentication> who, RequestAuthorizationContext context) {
    var rule = find(context.getRequest());
    return new AuthorizationDecision(rule.isPresent() && allows(rule.get(), who));
  }

  private static boolean allows(Rule rule, Supplier<? extends @Nullable Authentication> who) {
    return rule.scope() == null
        || (who.get() instanceof CallerAuthentication caller
            && caller.getPrincipal().scopes().contains(rule.scope()));
  }

  /** The rule of an endpoint; empty for what does not exist. */
  Optional<Rule> find(HttpServletRequest request) {
    return find(HttpMethod.valueOf(request.getMethod()), path(request));
  }

  /** The rule for a method at a path; empty for what does not exist. */
  public Optional<Rule> find(HttpMethod method, PathContainer path) {
    // Spring MVC answers HEAD wherever there is a GET.
    return RULES.stream()
        .filter(
            rule ->
                rule.method().equals(method) || (method.equals(HEAD) && rule.method().equals(GET)))
        .filter(rule -> rule.path().matches(path))
        .findFirst();
  }

  /** The methods that a path takes; none if it does not exist. */
  Set<HttpMethod> methods(HttpServletRequest request) {
    var path = path(request);
    return RULES.stream()
        .filter(rule -> rule.path().matches(path))
        .map(Rule::method)
        .collect(Collectors.toSet());
  }

  private static PathContainer path(HttpServletRequest request) {
    return ServletRequestPathUtils.parse(request).pathWithinApplication();
  }
}
