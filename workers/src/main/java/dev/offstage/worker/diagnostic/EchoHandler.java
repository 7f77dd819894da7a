package dev.offstage.worker.diagnostic;

import dev.offstage.job.JobKind;
import dev.offstage.job.Outcome;
import dev.offstage.worker.handler.JobContext;
import dev.offstage.worker.handler.JobHandler;
import tools.jackson.databind.JsonNode;

/** {@code offstage.echo}: the result is the payload. */
final class EchoHandler implements JobHandler<JsonNode> {
  private static final JobKind KIND = new JobKind("offstage.echo");

  @Override
  public JobKind kind() {
    return KIND;
  }

  @Override
  public Class<JsonNode> payloadType() {
    return JsonNode.class;
  }

  @Override
  public Outcome run(JsonNode payload, JobContext context) {
    return new Outcome.Complete(payload.toString());
  }
}
