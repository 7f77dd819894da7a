package dev.offstage.ingest.webhook;

import dev.offstage.webhook.Endpoint;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An endpoint on the wire.
 *
 * @param reason why it is paused or disabled
 * @param headers the names of those that are sent with each call
 * @param oldSecretUntil until when the secret before this one signs as well
 * @param failingSince of nothing but failure; null after a success
 */
@Schema(name = "WebhookEndpoint")
record EndpointView(
    UUID id,
    @Schema(format = "uri") String url,
    @Nullable String description,
    List<String> types,
    boolean ordered,
    @Schema(allowableValues = {"active", "paused", "disabled"}) String state,
    @Nullable String reason,
    List<String> headers,
    @Nullable Instant oldSecretUntil,
    @Nullable Instant failingSince,
    Instant createdAt,
    Instant updatedAt) {

  static EndpointView of(Endpoint endpoint) {
    return new EndpointView(
        endpoint.id(),
        endpoint.url(),
        endpoint.description(),
        endpoint.types(),
        endpoint.ordered(),
        endpoint.state().text(),
        endpoint.reason(),
        endpoint.headerNames(),
        endpoint.oldSecretUntil(),
        endpoint.failingSince(),
        endpoint.createdAt(),
        endpoint.updatedAt());
  }
}
