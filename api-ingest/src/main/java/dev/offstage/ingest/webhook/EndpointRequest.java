package dev.offstage.ingest.webhook;

import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The description of what {@link EndpointReader} reads. */
@Schema(name = "NewWebhookEndpoint")
record EndpointRequest(
    @Schema(format = "uri", description = "https, and a public address unless configured otherwise")
        String url,
    @Nullable String description,
    @Schema(
            description =
                "job.completed, job.failed (will be tried again), job.discarded, job.cancelled,"
                    + " asset.ready, webhook.endpoint.disabled, those of your own, job.* or *",
            example = "[\"job.*\"]")
        List<String> types,
    @Schema(
            description = "One delivery after the other, in the order of the events",
            defaultValue = "false")
        @Nullable Boolean ordered,
    @Schema(description = "Sent with each call; their values are never shown again")
        @Nullable Map<String, String> headers) {}
