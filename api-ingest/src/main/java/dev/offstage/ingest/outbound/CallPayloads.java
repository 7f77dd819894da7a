package dev.offstage.ingest.outbound;

import dev.offstage.body.Fields;
import dev.offstage.call.CallTarget;
import dev.offstage.call.CallTargetStore;
import dev.offstage.job.DestinationName;
import dev.offstage.job.JobKind;
import java.net.URI;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Reads the payload of {@code http.call}, so that what could never be called is refused at once,
 * and so that the job is known by where it goes.
 */
@Component
public class CallPayloads {
  private static final JobKind KIND = new JobKind("http.call");
  private static final Set<String> METHODS =
      Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE");
  private static final Duration LONGEST_CALL = Duration.ofMinutes(10);
  private static final Duration LONGEST_WAIT = Duration.ofDays(7);

  private final OutboundFields outbound;
  private final CallTargetStore targets;

  CallPayloads(OutboundFields outbound, CallTargetStore targets) {
    this.outbound = outbound;
    this.targets = targets;
  }

  /**
   * Where a job's call goes; null for jobs of other kinds, for targets that there are not yet, and
   * for what is not good, which the fields know then.
   */
  public @Nullable DestinationName destination(JobKind kind, Fields job, String tenant) {
    if (!kind.equals(KIND)) {
      return null;
    }
    var payload = job.object("payload");
    if (payload == null) {
      if (!job.has("payload")) {
        job.wrong("payload", "missing (expected: an object with a url or a target)");
      }
      return null;
    }
    var url = payload.text("url", outbound::url);
    var target = payload.text("target");
    if (payload.has("url") == payload.has("target")) {
      payload.wrong("url", "both url and target, or none (expected: either)");
    }
    checkRest(payload);
    payload.noOthers();
    var place = url == null && target != null ? urlOf(tenant, target) : url;
    return place == null || !job.areGood() ? null : DestinationName.host(tenant, URI.create(place));
  }

  private @Nullable String urlOf(String tenant, String target) {
    return targets.find(tenant, target).map(CallTarget::url).orElse(null);
  }

  private static void checkRest(Fields payload) {
    var path = payload.text("path");
    if (path != null && !payload.has("target")) {
      payload.wrong("path", "given without a target");
    }
    var method = payload.text("method");
    if (method != null && !METHODS.contains(method.toUpperCase(Locale.ROOT))) {
      payload.wrong(
          "method", Fields.shown(method) + " (expected: GET, HEAD, POST, PUT, PATCH or DELETE)");
    }
    OutboundFields.headers(payload, true);
    var body = payload.any("body");
    if (payload.text("text") != null && body != null && !body.isNull()) {
      payload.wrong("text", "given with body (expected: either)");
    }
    within(payload, "timeLimit", LONGEST_CALL);
    within(payload, "answerWithin", LONGEST_WAIT);
  }

  private static void within(Fields payload, String name, Duration most) {
    var duration = payload.duration(name);
    if (duration != null && (!duration.isPositive() || duration.compareTo(most) > 0)) {
      payload.wrong(name, duration + " (expected: more than 0s, at most " + most + ")");
    }
  }
}
