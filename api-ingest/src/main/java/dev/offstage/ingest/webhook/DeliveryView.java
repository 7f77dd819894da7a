package dev.offstage.ingest.webhook;

import dev.offstage.ingest.job.JobView.JobError;
import dev.offstage.webhook.Deliveries;
import dev.offstage.webhook.Delivery;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A delivery on the wire; its id is its job's.
 *
 * @param event the webhook-id that the receiver sees
 * @param replays the delivery that it repeats
 * @param nextAt when it is tried next; null once it has ended, and while it waits for its turn or
 *     for the endpoint's pause to end
 * @param error why its last attempt failed
 */
@Schema(name = "WebhookDelivery")
record DeliveryView(
    String id,
    UUID endpoint,
    String event,
    String type,
    @Nullable UUID replays,
    @Schema(
            allowableValues = {
              "scheduled",
              "available",
              "retryable",
              "running",
              "completed",
              "cancelled",
              "discarded"
            })
        String state,
    int attempt,
    int maxAttempts,
    @Nullable Instant nextAt,
    @Nullable JobError error,
    Instant createdAt,
    @Nullable Instant endedAt) {

  static DeliveryView of(Delivery delivery) {
    var reason = delivery.reason();
    var message = delivery.message();
    return new DeliveryView(
        delivery.id().toString(),
        delivery.endpoint(),
        Deliveries.eventId(delivery.event()),
        delivery.type(),
        delivery.replays(),
        delivery.state().text(),
        delivery.attempt(),
        delivery.maxAttempts(),
        delivery.nextAt(),
        reason == null ? null : new JobError(reason, message == null ? "" : message),
        delivery.createdAt(),
        delivery.endedAt());
  }
}
