package dev.offstage.ingest.outbound;

import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A signing secret, shown this once.
 *
 * @param secret whsec_ and base64, as Standard Webhooks' libraries take it
 * @param oldSecretUntil until when the one before signs as well; null if there is none
 */
@Schema(name = "SigningSecret")
public record SecretView(String secret, @Nullable Instant oldSecretUntil) {}
