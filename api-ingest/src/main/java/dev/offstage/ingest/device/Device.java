package dev.offstage.ingest.device;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A device as it is registered. Its token is for the provider only and is not told.
 *
 * @param registeredAt when its app registered it last
 */
record Device(
    UUID id,
    String owner,
    String platform,
    String provider,
    String app,
    boolean sandbox,
    @Nullable String appVersion,
    @Nullable String locale,
    @Nullable String timeZone,
    List<String> topics,
    Instant createdAt,
    Instant registeredAt) {}
