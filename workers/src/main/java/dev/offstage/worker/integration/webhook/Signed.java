package dev.offstage.worker.integration.webhook;

import dev.offstage.worker.outbound.OutboundRequest;
import java.time.Instant;
import java.util.Map;

/**
 * A request that is ready to be sent.
 *
 * @param headers for the log: without the values of the tenant's own
 */
record Signed(Instant at, String url, Map<String, String> headers, OutboundRequest request) {}
