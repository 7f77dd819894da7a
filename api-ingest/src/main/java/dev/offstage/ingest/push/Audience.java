package dev.offstage.ingest.push;

import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.UUID;

/**
 * A list of whom to send to.
 *
 * @param members how many users and devices it names
 */
@Schema(name = "PushAudience")
record Audience(UUID id, int members, Instant createdAt) {}
