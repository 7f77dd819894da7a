package dev.offstage.ingest.webhook;

import com.fasterxml.jackson.annotation.JsonRawValue;
import dev.offstage.ingest.job.JobView.JobError;
import dev.offstage.webhook.DeliveryAttempt;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One request of a delivery, and what came of it.
 *
 * @param requestHeaders without the values of the tenant's own
 * @param status of the answer; null if there was none
 * @param answer the first 4 KB of its body
 * @param answerCut whether its body was longer than that
 * @param nextAt when it is tried again, if it is
 */
@Schema(name = "WebhookAttempt")
record AttemptView(
    int attempt,
    Instant at,
    String url,
    @JsonRawValue @Schema(implementation = Object.class) String requestHeaders,
    @Nullable Integer status,
    @Nullable String answer,
    boolean answerCut,
    long durationMillis,
    @Nullable JobError error,
    @Nullable Instant nextAt) {

  static AttemptView of(DeliveryAttempt attempt) {
    var reason = attempt.reason();
    var message = attempt.message();
    return new AttemptView(
        attempt.attempt(),
        attempt.at(),
        attempt.url(),
        attempt.requestHeaders(),
        attempt.status(),
        attempt.answer(),
        attempt.cut(),
        attempt.duration().toMillis(),
        reason == null ? null : new JobError(reason, message == null ? "" : message),
        attempt.nextAt());
  }
}
