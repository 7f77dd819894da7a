package dev.offstage.onward;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Where a tenant's events go.
 *
 * @param cluster of Kafka, as the operator's configuration names it
 * @param paused whether nothing is sent until it is resumed
 * @param delivered how many events have been sent
 * @param trouble why the last delivery failed; null if it did not
 */
public record EventDestination(
    UUID id,
    String tenant,
    String name,
    String cluster,
    EventFilter filter,
    boolean paused,
    Position position,
    long delivered,
    @Nullable String trouble,
    @Nullable Instant deliveredAt) {}
