package dev.offstage.ingest.onward;

import dev.offstage.onward.EventDestination;
import dev.offstage.onward.EventDestination.Kafka;
import dev.offstage.onward.EventDestination.Webhook;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A destination on the wire.
 *
 * @param kafka the name of a Kafka that the operator has configured; null for a webhook
 * @param url of a webhook; null for a Kafka
 * @param headers the names of those that are sent along
 * @param oldSecretUntil until when the secret before signs as well
 * @param position how far events have been sent
 * @param delivered how many
 * @param trouble why the last delivery failed, or why it was paused; null if neither
 */
@Schema(name = "EventDestination")
record DestinationView(
    String id,
    String name,
    @Nullable String kafka,
    @Schema(format = "uri") @Nullable String url,
    List<String> headers,
    @Nullable Instant oldSecretUntil,
    FilterView filter,
    boolean paused,
    String position,
    long delivered,
    @Nullable String trouble,
    @Nullable Instant deliveredAt) {

  /**
   * Which events; an empty list asks for nothing.
   *
   * @param events their names
   */
  @Schema(name = "EventFilter")
  record FilterView(
      Set<String> apps, Set<String> types, Set<String> events, Set<String> platforms) {}

  static DestinationView of(EventDestination destination) {
    var filter = destination.filter();
    var webhook = destination.way() instanceof Webhook given ? given : null;
    return new DestinationView(
        destination.id().toString(),
        destination.name(),
        destination.way() instanceof Kafka given ? given.cluster() : null,
        webhook == null ? null : webhook.url(),
        webhook == null ? List.of() : webhook.headerNames(),
        webhook == null ? null : webhook.oldSecretUntil(),
        new FilterView(filter.apps(), filter.types(), filter.events(), filter.platforms()),
        destination.paused(),
        destination.position().text(),
        destination.delivered(),
        destination.trouble(),
        destination.deliveredAt());
  }
}
