package dev.offstage.ingest.push;

import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A credential as it is told: without its secret.
 *
 * @param facts what of it is no secret: {@code keyId}, {@code teamId}, {@code projectId}, {@code
 *     clientEmail}
 * @param fault why the provider refused it last; jobs wait until it is replaced. Null if it did not
 */
@Schema(name = "PushCredential")
record Credential(
    String provider,
    String app,
    boolean sandbox,
    Map<String, String> facts,
    Instant createdAt,
    @Nullable String fault,
    @Nullable Instant faultAt) {}
