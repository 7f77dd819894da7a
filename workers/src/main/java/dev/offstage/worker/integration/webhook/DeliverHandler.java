package dev.offstage.worker.integration.webhook;

import dev.offstage.job.Backoff;
import dev.offstage.job.JobFailure;
import dev.offstage.job.JobKind;
import dev.offstage.job.Outcome;
import dev.offstage.secret.Secrets;
import dev.offstage.webhook.Deliveries;
import dev.offstage.webhook.DeliveryStore;
import dev.offstage.webhook.DeliveryStore.ToSend;
import dev.offstage.webhook.EndpointHealth;
import dev.offstage.webhook.EndpointHealth.Target;
import dev.offstage.worker.destination.Called;
import dev.offstage.worker.handler.JobContext;
import dev.offstage.worker.handler.JobHandler;
import dev.offstage.worker.integration.HostCalls;
import dev.offstage.worker.outbound.OutboundAnswer;
import java.time.Duration;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** Runs {@code webhook.deliver}: one request to one endpoint. */
final class DeliverHandler implements JobHandler<JsonNode> {
  /** An endpoint that was paused after its job was claimed; the gate holds the next claim up. */
  private static final Duration PAUSED = Duration.ofSeconds(1);

  private final DeliveryStore deliveries;
  private final EndpointHealth endpoints;
  private final Signer signer;
  private final HostCalls calls;
  private final DeliveryResults results;
  private final Secrets secrets;

  DeliverHandler(
      DeliveryStore deliveries,
      EndpointHealth endpoints,
      Signer signer,
      HostCalls calls,
      DeliveryResults results,
      Secrets secrets) {
    this.deliveries = deliveries;
    this.endpoints = endpoints;
    this.signer = signer;
    this.calls = calls;
    this.results = results;
    this.secrets = secrets;
  }

  @Override
  public JobKind kind() {
    return Deliveries.KIND;
  }

  @Override
  public Class<JsonNode> payloadType() {
    return JsonNode.class;
  }

  @Override
  public Backoff backoff() {
    return Deliveries.SCHEDULE;
  }

  @Override
  public Optional<String> lacks() {
    return secrets.lacks();
  }

  @Override
  public Outcome run(JsonNode payload, JobContext context) throws Exception {
    var found = deliveries.toSend(context.jobId(), context.tenant());
    if (found.isEmpty()) {
      return new Outcome.Discard(
          new JobFailure("delivery-missing", "there is no delivery of this job"));
    }
    var target = endpoints.target(found.get().endpoint(), context.tenant());
    if (target.isEmpty()) {
      return new Outcome.Cancel("the endpoint was removed");
    }
    return switch (target.get().endpoint().state()) {
      case REMOVED -> new Outcome.Cancel("the endpoint was removed");
      case PAUSED -> new Outcome.Snooze(PAUSED);
      case DISABLED ->
          new Outcome.Discard(
              new JobFailure(
                  "endpoint-disabled",
                  "the endpoint is disabled: " + target.get().endpoint().reason()));
      case ACTIVE -> deliver(found.get(), target.get(), context);
    };
  }

  private Outcome deliver(ToSend delivery, Target target, JobContext context) throws Exception {
    var signed = signer.request(delivery, target);
    return switch (calls.call(signed.request(), context)) {
      case Called.NotNow<OutboundAnswer> not -> not.outcome();
      case Called.Answered<OutboundAnswer>(var answer) ->
          results.of(signed, answer, target.endpoint(), context);
    };
  }
}
