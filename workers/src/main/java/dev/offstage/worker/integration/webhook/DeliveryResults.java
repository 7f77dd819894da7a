package dev.offstage.worker.integration.webhook;

import dev.offstage.job.JobFailure;
import dev.offstage.job.Outcome;
import dev.offstage.webhook.Deliveries;
import dev.offstage.webhook.DeliveryAttempt;
import dev.offstage.webhook.DeliveryStore;
import dev.offstage.webhook.Endpoint;
import dev.offstage.webhook.EndpointHealth;
import dev.offstage.worker.handler.JobContext;
import dev.offstage.worker.outbound.OutboundAnswer;
import dev.offstage.worker.outbound.OutboundAnswer.Failed;
import dev.offstage.worker.outbound.OutboundAnswer.Received;
import dev.offstage.worker.outbound.RetryAfter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.json.JsonMapper;

/** Says what an answer comes to, and notes it in the log and on the endpoint. */
final class DeliveryResults {
  private static final Logger log = LoggerFactory.getLogger(DeliveryResults.class);
  private static final int GONE = 410;

  private final DeliveryStore deliveries;
  private final EndpointHealth endpoints;
  private final WebhookProperties properties;
  private final JsonMapper json;
  private final MeterRegistry meters;
  private final RandomGenerator random = RandomGenerator.getDefault();

  DeliveryResults(
      DeliveryStore deliveries,
      EndpointHealth endpoints,
      WebhookProperties properties,
      JsonMapper json,
      MeterRegistry meters) {
    this.deliveries = deliveries;
    this.endpoints = endpoints;
    this.properties = properties;
    this.json = json;
    this.meters = meters;
  }

  Outcome of(Signed signed, OutboundAnswer answer, Endpoint endpoint, JobContext context) {
    var failure = failure(answer);
    boolean gone = answer instanceof Received received && received.status() == GONE;
    var delay = failure == null || gone ? null : delay(answer, signed.at(), context.attempt());
    boolean disabled =
        context.inTransaction(
            () -> {
              deliveries.log(context.jobId(), attempt(signed, answer, failure, delay, context));
              return noted(endpoint, failure, gone);
            });
    if (disabled) {
      log.warn(
          "The webhook endpoint {} of {} is disabled: {}",
          endpoint.id(),
          endpoint.tenant(),
          gone ? "it is gone" : "nothing but failures for " + properties.disableAfter());
      meters.counter("offstage.webhooks.disabled").increment();
    }
    if (failure == null) {
      return new Outcome.Complete(null);
    }
    return gone ? new Outcome.Discard(failure) : new Outcome.Retry(failure, delay);
  }

  /**
   * @return whether this has disabled the endpoint
   */
  private boolean noted(Endpoint endpoint, @Nullable JobFailure failure, boolean gone) {
    if (failure == null) {
      endpoints.succeeded(endpoint.id());
      return false;
    }
    return gone ? endpoints.gone(endpoint) : endpoints.failed(endpoint, properties.disableAfter());
  }

  /** Null for a success: 2xx, and nothing else. */
  private static @Nullable JobFailure failure(OutboundAnswer answer) {
    return switch (answer) {
      case Failed failed -> new JobFailure(failed.reason().text(), failed.message());
      case Received received when received.isSuccess() -> null;
      case Received received ->
          new JobFailure(
              "http-" + received.status(),
              received.status() / 100 == 3
                  ? "a redirect, which is not followed (expected: 2xx)"
                  : "status " + received.status() + " (expected: 2xx)");
    };
  }

  /** As the schedule says, or as much later as the endpoint asks for; the last fails for good. */
  private @Nullable Duration delay(OutboundAnswer answer, Instant at, int attempt) {
    if (attempt >= Deliveries.ATTEMPTS) {
      return null;
    }
    var scheduled = Deliveries.SCHEDULE.delayAfter(attempt, random);
    if (answer instanceof Received received) {
      var asked =
          received
              .header("Retry-After")
              .flatMap(value -> RetryAfter.of(value, at))
              .orElse(scheduled);
      return asked.compareTo(scheduled) > 0 ? asked : scheduled;
    }
    return scheduled;
  }

  private DeliveryAttempt attempt(
      Signed signed,
      OutboundAnswer answer,
      @Nullable JobFailure failure,
      @Nullable Duration delay,
      JobContext context) {
    var received = answer instanceof Received got ? got : null;
    var end = signed.at().plus(answer.duration());
    return new DeliveryAttempt(
        context.claimNo(),
        context.attempt(),
        signed.at(),
        signed.url(),
        json.writeValueAsString(signed.headers()),
        received == null ? null : received.status(),
        received == null ? null : received.text().replace('\0', ' '),
        received != null && received.truncated(),
        answer.duration(),
        failure == null ? null : failure.reason(),
        failure == null ? null : failure.message(),
        delay == null ? null : end.plus(delay));
  }
}
