package dev.offstage.worker.integration.push.fcm;

import dev.offstage.worker.integration.push.provider.Sending;
import dev.offstage.worker.outbound.RetryAfter;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * Says what FCM's answers mean. Its codes: <a
 * href="https://firebase.google.com/docs/reference/fcm/rest/v1/ErrorCode">ErrorCode</a>. A status
 * without such a code comes of what stands before FCM, and says nothing of the token.
 */
final class FcmAnswers {
  private static final String FCM_ERROR = "type.googleapis.com/google.firebase.fcm.v1.FcmError";
  private static final Duration QUOTA_PAUSE = Duration.ofSeconds(60);

  private final JsonMapper json;
  private final InstantSource clock;

  FcmAnswers(JsonMapper json, InstantSource clock) {
    this.json = json;
    this.clock = clock;
  }

  Sending meaning(HttpResponse<String> answer) {
    if (answer.statusCode() == 200) {
      return new Sending.Sent();
    }
    var code = errorCode(answer.body());
    return code == null ? byStatus(answer) : byCode(code, answer);
  }

  private Sending byCode(String code, HttpResponse<String> answer) {
    return switch (code) {
      case "UNREGISTERED" -> new Sending.Dead(code, null);
      case "INVALID_ARGUMENT", "SENDER_ID_MISMATCH" -> new Sending.Refused(code);
      case "THIRD_PARTY_AUTH_ERROR" -> new Sending.Faulty(code);
      case "QUOTA_EXCEEDED" ->
          new Sending.Later(code, retryAfter(answer).orElse(QUOTA_PAUSE), true);
      case "UNAVAILABLE", "INTERNAL" ->
          new Sending.Later(code, retryAfter(answer).orElse(null), false);
      default -> byStatus(answer);
    };
  }

  private Sending byStatus(HttpResponse<String> answer) {
    int status = answer.statusCode();
    var reason = "status-" + status;
    return switch (status) {
      case 400, 413 -> new Sending.Refused(reason);
      case 401, 403, 404 -> new Sending.Faulty(reason);
      case 429 -> new Sending.Later(reason, retryAfter(answer).orElse(QUOTA_PAUSE), true);
      default -> new Sending.Later(reason, retryAfter(answer).orElse(null), false);
    };
  }

  private @Nullable String errorCode(String body) {
    try {
      for (var detail : json.readTree(body).path("error").path("details")) {
        if (detail.path("@type").asString("").equals(FCM_ERROR)) {
          return detail.path("errorCode").asString("");
        }
      }
      return null;
    } catch (JacksonException e) {
      return null; // a proxy's page
    }
  }

  private Optional<Duration> retryAfter(HttpResponse<String> answer) {
    return answer
        .headers()
        .firstValue("Retry-After")
        .flatMap(text -> RetryAfter.of(text, clock.instant()));
  }
}
