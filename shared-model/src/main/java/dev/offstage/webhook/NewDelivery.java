package dev.offstage.webhook;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An event that an endpoint is to be told.
 *
 * @param url where it goes, as far as is known by now: whose failures hold it up
 * @param body JSON text, sent and signed as it is
 * @param replays the delivery that this one repeats
 */
public record NewDelivery(
    String tenant,
    UUID endpoint,
    String url,
    boolean ordered,
    UUID event,
    String type,
    String body,
    @Nullable UUID replays) {}
