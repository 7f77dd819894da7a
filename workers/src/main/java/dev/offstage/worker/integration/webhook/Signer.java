package dev.offstage.worker.integration.webhook;

import dev.offstage.webhook.Deliveries;
import dev.offstage.webhook.DeliveryStore.ToSend;
import dev.offstage.webhook.EndpointHealth.Target;
import dev.offstage.webhook.Signature;
import dev.offstage.worker.outbound.OutboundRequest;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.LinkedHashMap;

/** Makes the signed request of a delivery, with the time of now. */
final class Signer {
  /** As much of an answer as the log keeps. */
  private static final int ANSWER = 4 * 1024;

  private final InstantSource clock;
  private final WebhookProperties properties;

  Signer(InstantSource clock, WebhookProperties properties) {
    this.clock = clock;
    this.properties = properties;
  }

  Signed request(ToSend delivery, Target target) {
    var body = delivery.body().getBytes(StandardCharsets.UTF_8);
    var at = clock.instant();
    var headers = new LinkedHashMap<String, String>();
    headers.put("Content-Type", "application/json");
    headers.put("User-Agent", "Offstage");
    headers.putAll(
        Signature.headers(Deliveries.eventId(delivery.event()), at, body, target.secrets()));
    var url = URI.create(target.endpoint().url());
    var request = OutboundRequest.to("POST", url, properties.timeLimit()).body(body);
    headers.forEach(request::header);
    target.headers().forEach(request::header);
    target.headers().keySet().forEach(name -> headers.put(name, "…"));
    return new Signed(at, url.toString(), headers, request.bodyLimit(ANSWER).build());
  }
}
