package dev.offstage.worker.integration.http;

import dev.offstage.call.CallTargetStore;
import dev.offstage.call.CallTargetStore.Opened;
import dev.offstage.call.CallToken;
import dev.offstage.outbound.OutboundUrls;
import dev.offstage.webhook.Signature;
import dev.offstage.worker.handler.JobContext;
import dev.offstage.worker.outbound.OutboundRequest;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Makes requests of payloads. */
final class CallRequests {
  static final String TOKEN = "Offstage-Token";

  /** Of an answer, to become a result. */
  static final int ANSWER = 256 * 1024;

  private static final Set<String> METHODS =
      Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE");
  private static final byte[] NOTHING = {};

  private final CallTargetStore targets;
  private final OutboundUrls urls;
  private final InstantSource clock;

  CallRequests(CallTargetStore targets, OutboundUrls urls, InstantSource clock) {
    this.targets = targets;
    this.urls = urls;
    this.clock = clock;
  }

  /** A call that can be made, but for what each try has of its own. */
  record Prepared(
      String method,
      URI url,
      Map<String, String> headers,
      byte @Nullable [] body,
      Opened target,
      Limits limits) {}

  /**
   * @throws CallRefusedException if it cannot be made, however often it is tried
   */
  Prepared prepare(HttpCall call, String tenant) throws CallRefusedException {
    var method = method(call);
    var body = body(call);
    if (body != null && (method.equals("GET") || method.equals("HEAD"))) {
      throw invalid("body: given with " + method + " (expected: none)");
    }
    var target = target(call, tenant);
    var headers = new TreeMap<String, String>(String.CASE_INSENSITIVE_ORDER);
    if (body != null) {
      headers.put("Content-Type", call.text() == null ? "application/json" : "text/plain");
    }
    headers.put("User-Agent", "Offstage");
    if (call.target() != null) {
      headers.putAll(target.headers());
    }
    if (call.headers() != null) {
      headers.putAll(call.headers());
    }
    return new Prepared(method, url(call, target), headers, body, target, Limits.of(call));
  }

  private static String method(HttpCall call) throws CallRefusedException {
    var method = call.method() == null ? "POST" : call.method().toUpperCase(Locale.ROOT);
    if (!METHODS.contains(method)) {
      throw invalid("method: " + method + " (expected: GET, HEAD, POST, PUT, PATCH or DELETE)");
    }
    return method;
  }

  private static byte @Nullable [] body(HttpCall call) throws CallRefusedException {
    if (call.text() != null) {
      if (call.body() != null) {
        throw invalid("text: given with body (expected: either)");
      }
      return call.text().getBytes(StandardCharsets.UTF_8);
    }
    return call.body() == null ? null : call.body().toString().getBytes(StandardCharsets.UTF_8);
  }

  private Opened target(HttpCall call, String tenant) throws CallRefusedException {
    if ((call.url() == null) == (call.target() == null)) {
      throw invalid("url, target: both or none (expected: either)");
    }
    if (call.target() == null) {
      return targets.openDefault(tenant);
    }
    return targets
        .open(tenant, call.target())
        .orElseThrow(
            () ->
                new CallRefusedException(
                    "target-unknown", "the tenant has no target " + call.target()));
  }

  private URI url(HttpCall call, Opened target) throws CallRefusedException {
    var text = call.url();
    if (text == null) {
      if (target.url() == null) {
        throw new CallRefusedException(
            "target-unknown", "the target " + call.target() + " has no URL");
      }
      text = target.url() + (call.path() == null ? "" : path(target.url(), call.path()));
    }
    try {
      return urls.check(text);
    } catch (IllegalArgumentException e) {
      throw new CallRefusedException("url-refused", String.valueOf(e.getMessage()));
    }
  }

  /** With one slash between; a path cannot lead to another host. */
  private static String path(String url, String path) throws CallRefusedException {
    if (url.indexOf('?') >= 0) {
      throw invalid("path: given, but the target's URL has a query (expected: none)");
    }
    var plain = path.startsWith("/") ? path.substring(1) : path;
    return (url.endsWith("/") ? "" : "/") + plain;
  }

  /**
   * What is sent at this try: signed with the time of now.
   *
   * @param token null where the endpoint may not ask for time
   */
  OutboundRequest request(Prepared call, JobContext context, @Nullable CallToken token)
      throws CallRefusedException {
    var headers = new TreeMap<String, String>(String.CASE_INSENSITIVE_ORDER);
    headers.putAll(call.headers());
    headers.put("Idempotency-Key", context.idempotencyKey());
    headers.put("Offstage-Job", context.jobId().toString());
    headers.put("Offstage-Attempt", Integer.toString(context.attempt()));
    if (token != null) {
      headers.put(TOKEN, token.text());
    }
    var signed = call.body() == null ? NOTHING : call.body();
    headers.putAll(
        Signature.headers(
            "job_" + context.jobId(), clock.instant(), signed, call.target().secrets()));
    var request =
        OutboundRequest.to(call.method(), call.url(), call.limits().timeLimit())
            .body(call.body())
            .bodyLimit(ANSWER);
    try {
      headers.forEach(request::header);
      return request.build();
    } catch (IllegalArgumentException e) {
      throw invalid(String.valueOf(e.getMessage()));
    }
  }

  private static CallRefusedException invalid(String message) {
    return new CallRefusedException("payload-invalid", message);
  }
}
