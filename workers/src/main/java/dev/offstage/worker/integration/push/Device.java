package dev.offstage.worker.integration.push;

import java.time.OffsetDateTime;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A device as it is now.
 *
 * @param registeredAt as PostgreSQL has it, to the microsecond: a token that is found dead is
 *     removed only if this has not changed
 */
record Device(
    UUID id,
    String platform,
    String provider,
    String app,
    boolean sandbox,
    String token,
    @Nullable String locale,
    @Nullable String timeZone,
    OffsetDateTime registeredAt) {}
