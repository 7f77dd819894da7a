package dev.offstage.worker.onward;

import dev.offstage.job.JobFailure;
import dev.offstage.onward.EventDestination;
import dev.offstage.onward.EventDestination.Webhook;
import dev.offstage.onward.OnwardEvent;
import dev.offstage.onward.OnwardQueue.Batch;
import dev.offstage.onward.OnwardWebhooks;
import dev.offstage.secret.Secrets;
import dev.offstage.webhook.Signature;
import dev.offstage.worker.destination.Called;
import dev.offstage.worker.handler.JobContext;
import dev.offstage.worker.integration.HostCalls;
import dev.offstage.worker.outbound.OutboundAnswer;
import dev.offstage.worker.outbound.OutboundAnswer.Received;
import dev.offstage.worker.outbound.OutboundRequest;
import dev.offstage.worker.outbound.RetryAfter;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * To a URL of the tenant's, as a Standard Webhook 1.0 (protocols of {@link Signature}) whose {@code
 * data.events} are the batch. Only 2xx is success; a redirect is not followed; 410 pauses the
 * destination.
 */
final class WebhookReceiver implements Receiver {
  private static final int GONE = 410;
  private static final int ANSWER = 4 * 1024;

  private final OnwardWebhooks webhooks;
  private final HostCalls calls;
  private final Secrets secrets;
  private final OnwardProperties properties;
  private final InstantSource clock;

  WebhookReceiver(
      OnwardWebhooks webhooks,
      HostCalls calls,
      Secrets secrets,
      OnwardProperties properties,
      InstantSource clock) {
    this.webhooks = webhooks;
    this.calls = calls;
    this.secrets = secrets;
    this.properties = properties;
    this.clock = clock;
  }

  @Override
  public Optional<String> lacks() {
    return secrets.lacks();
  }

  @Override
  public Result send(EventDestination destination, Batch batch, JobContext context)
      throws Exception {
    var opened = webhooks.open(destination);
    if (opened.isEmpty()) {
      return new Failed(OnwardHandler.unreachable("the destination is gone"), null, null);
    }
    var url = ((Webhook) destination.way()).url();
    var request =
        request(url, messageId(destination, batch), body(destination, batch), opened.get());
    return switch (calls.call(request, context)) {
      case Called.NotNow<OutboundAnswer> not -> new NotNow(not.outcome());
      case Called.Answered<OutboundAnswer>(var answer) -> result(answer);
    };
  }

  private OutboundRequest request(
      String url, String id, byte[] body, OnwardWebhooks.Opened opened) {
    var request =
        OutboundRequest.to("POST", URI.create(url), properties.webhookTimeLimit())
            .header("Content-Type", "application/json")
            .header("User-Agent", "Offstage")
            .body(body)
            .bodyLimit(ANSWER);
    Signature.headers(id, clock.instant(), body, opened.secrets()).forEach(request::header);
    opened.headers().forEach(request::header);
    return request.build();
  }

  /**
   * The same for the same events of the same destination and for no others: a batch that has grown
   * meanwhile is another message.
   */
  private static String messageId(EventDestination destination, Batch batch) {
    var ids =
        batch.events().stream().map(event -> event.id().toString()).collect(Collectors.joining());
    var name = destination.id() + ids;
    return "evts_" + UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8));
  }

  /** The same bytes whenever it is made: the time is that of the latest event's receipt. */
  private static byte[] body(EventDestination destination, Batch batch) {
    var at =
        batch.events().stream()
            .map(OnwardEvent::receivedAt)
            .max(Comparator.naturalOrder())
            .orElse(Instant.EPOCH);
    return """
    {"type":"analytics.events","timestamp":"%s","data":{"destination":"%s","events":[%s]}}\
    """
        .formatted(
            at,
            destination.id(),
            batch.events().stream().map(OnwardEvent::json).collect(Collectors.joining(",")))
        .getBytes(StandardCharsets.UTF_8);
  }

  private Result result(OutboundAnswer answer) {
    return switch (answer) {
      case Received received when received.isSuccess() -> new Taken();
      case Received received ->
          new Failed(
              new JobFailure(
                  "http-" + received.status(),
                  "answered " + received.status() + " (expected: 2xx)"),
              asked(received),
              received.status() == GONE ? Duration.ZERO : properties.pauseAfter());
      case OutboundAnswer.Failed failed ->
          new Failed(
              new JobFailure(failed.reason().text(), failed.message()),
              null,
              properties.pauseAfter());
    };
  }

  private @Nullable Duration asked(Received received) {
    return received
        .header("Retry-After")
        .flatMap(text -> RetryAfter.of(text, clock.instant()))
        .orElse(null);
  }
}
