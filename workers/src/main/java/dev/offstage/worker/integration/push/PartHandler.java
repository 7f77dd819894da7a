package dev.offstage.worker.integration.push;

import dev.offstage.job.JobFailure;
import dev.offstage.job.JobKind;
import dev.offstage.job.Outcome;
import dev.offstage.secret.Secrets;
import dev.offstage.worker.handler.JobContext;
import dev.offstage.worker.handler.JobHandler;
import dev.offstage.worker.integration.push.FanOut.PartWork;
import dev.offstage.worker.integration.push.message.PushWork;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.json.JsonMapper;

/** Runs {@code push.part}: sends to some hundreds of the devices of a push. */
final class PartHandler implements JobHandler<PartWork> {
  private final JdbcClient jdbc;
  private final Parts parts;
  private final Sender sender;
  private final Secrets secrets;
  private final JsonMapper json;

  PartHandler(JdbcClient jdbc, Parts parts, Sender sender, Secrets secrets, JsonMapper json) {
    this.jdbc = jdbc;
    this.parts = parts;
    this.sender = sender;
    this.secrets = secrets;
    this.json = json;
  }

  @Override
  public JobKind kind() {
    return FanOut.PART;
  }

  @Override
  public Class<PartWork> payloadType() {
    return PartWork.class;
  }

  @Override
  public Optional<String> lacks() {
    return secrets.lacks();
  }

  private record Push(String payload, boolean cancelled) {}

  @Override
  public Outcome run(PartWork work, JobContext context) throws Exception {
    var push = push(work.push(), context.tenant());
    var part = parts.find(work.push(), work.no());
    if (push.isEmpty() || part.isEmpty()) {
      return new Outcome.Discard(
          new JobFailure("push-unknown", "There is no push " + work.push() + "."));
    }
    if (push.get().cancelled()) {
      return new Outcome.Cancel("the push was cancelled");
    }
    var message = json.readValue(push.get().payload(), PushWork.class); // its own job has read it
    return sender.send(part.get(), message, context, this::result);
  }

  private Optional<Push> push(UUID id, String tenant) {
    return jdbc.sql("select payload, outcome from job where id = ? and tenant = ?")
        .params(id, tenant)
        .query(
            (row, n) ->
                new Push(row.getString("payload"), "cancelled".equals(row.getString("outcome"))))
        .optional();
  }

  private String result(Part part) {
    var tally = part.tally();
    return json.writeValueAsString(
        Map.of("sent", tally.sent, "failed", tally.failed, "removed", tally.removed));
  }
}
