package dev.offstage.worker.integration.http;

import dev.offstage.job.JobFailure;
import dev.offstage.job.Outcome;
import dev.offstage.worker.outbound.OutboundAnswer;
import dev.offstage.worker.outbound.OutboundAnswer.Failed;
import dev.offstage.worker.outbound.OutboundAnswer.Reason;
import dev.offstage.worker.outbound.OutboundAnswer.Received;
import dev.offstage.worker.outbound.RetryAfter;
import java.time.InstantSource;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Says what an answer comes to. */
final class CallResults {
  /** Of what a server says about itself, or about now: another try may end otherwise. */
  private static final Set<Integer> PASSING = Set.of(408, 409, 425, 429);

  private static final int SHOWN = 200;

  private final JsonMapper json;
  private final InstantSource clock;

  CallResults(JsonMapper json, InstantSource clock) {
    this.json = json;
    this.clock = clock;
  }

  Outcome of(OutboundAnswer answer) {
    return switch (answer) {
      case Failed failed -> failed(failed);
      case Received received when received.isSuccess() -> new Outcome.Complete(result(received));
      case Received received -> refused(received);
    };
  }

  private static Outcome failed(Failed failed) {
    var failure = new JobFailure(failed.reason().text(), failed.message());
    // An answer that is too large was a success to whoever gave it: asked again, it would do again
    // what it has done, and answer as much.
    return failed.reason().isPermanent() || failed.reason() == Reason.ANSWER_TOO_LARGE
        ? new Outcome.Discard(failure)
        : new Outcome.Retry(failure, null);
  }

  private Outcome refused(Received received) {
    int status = received.status();
    var failure = new JobFailure("http-" + status, message(received));
    if (status < 500 && !PASSING.contains(status)) {
      return new Outcome.Discard(failure);
    }
    var asked =
        received.header("Retry-After").flatMap(text -> RetryAfter.of(text, clock.instant()));
    return new Outcome.Retry(failure, asked.orElse(null));
  }

  private static String message(Received received) {
    if (received.status() / 100 == 3) {
      return "a redirect, which is not followed (expected: 2xx)";
    }
    var said = received.text().strip();
    var shown = said.length() > SHOWN ? said.substring(0, SHOWN) + "…" : said;
    return "status " + received.status() + (shown.isEmpty() ? "" : ": " + shown);
  }

  /** A small JSON answer is the result; of any other, that there was one. */
  private @Nullable String result(Received received) {
    if (received.body().length == 0) {
      return null;
    }
    if (!received.truncated()) {
      try {
        var node = json.readTree(received.body());
        if (Storable.is(node)) {
          return json.writeValueAsString(node);
        }
      } catch (JacksonException e) {
        // not JSON
      }
    }
    return json.writeValueAsString(
        json.createObjectNode()
            .put("status", received.status())
            .put("answer", received.truncated() ? "too large" : "not JSON"));
  }

  /**
   * What an endpoint said in the end.
   *
   * @param answer JSON text as {@code POST /v1/jobs/{id}/finish} has checked it
   */
  Outcome ofLater(String answer) {
    var said = json.readTree(answer);
    var error = said.path("error");
    if (!error.isObject()) {
      return new Outcome.Complete(result(said.path("result")));
    }
    var failure =
        new JobFailure(error.path("reason").asString(""), error.path("message").asString(""));
    return error.path("retry").asBoolean(false)
        ? new Outcome.Retry(failure, null)
        : new Outcome.Discard(failure);
  }

  private @Nullable String result(JsonNode node) {
    return node.isMissingNode() || node.isNull() ? null : json.writeValueAsString(node);
  }
}
