package dev.offstage.worker.integration.http;

import dev.offstage.call.CallToken;
import dev.offstage.call.CallWaits;
import dev.offstage.job.JobFailure;
import dev.offstage.job.JobKind;
import dev.offstage.job.Outcome;
import dev.offstage.secret.Secrets;
import dev.offstage.worker.destination.Called;
import dev.offstage.worker.handler.JobContext;
import dev.offstage.worker.handler.JobHandler;
import dev.offstage.worker.integration.HostCalls;
import dev.offstage.worker.integration.http.CallRequests.Prepared;
import dev.offstage.worker.outbound.OutboundAnswer;
import dev.offstage.worker.outbound.OutboundAnswer.Received;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Runs {@code http.call}. May be killed at any line: the endpoint is called again, with the same
 * idempotency key, unless it had asked for time or has answered by then.
 */
final class HttpCallHandler implements JobHandler<HttpCall> {
  static final JobKind KIND = new JobKind("http.call");
  private static final int ACCEPTED = 202;

  private static final JobFailure OVERDUE =
      new JobFailure("answer-overdue", "the endpoint did not finish the job in time");

  private final CallRequests requests;
  private final CallResults results;
  private final CallWaits waits;
  private final HostCalls calls;
  private final Secrets secrets;

  HttpCallHandler(
      CallRequests requests,
      CallResults results,
      CallWaits waits,
      HostCalls calls,
      Secrets secrets) {
    this.requests = requests;
    this.results = results;
    this.waits = waits;
    this.calls = calls;
    this.secrets = secrets;
  }

  @Override
  public JobKind kind() {
    return KIND;
  }

  @Override
  public Optional<String> lacks() {
    return secrets.lacks();
  }

  @Override
  public Outcome run(HttpCall payload, JobContext context) throws Exception {
    var waited = context.claimNo() == 1 ? null : waited(context);
    if (waited != null) {
      return waited;
    }
    try {
      return call(requests.prepare(payload, context.tenant()), context);
    } catch (CallRefusedException e) {
      return new Outcome.Discard(e.failure());
    }
  }

  private Outcome call(Prepared call, JobContext context) throws Exception {
    var within = call.limits().answerWithin();
    var token = within == null ? null : opened(context, within);
    var request = requests.request(call, context, token);
    return switch (calls.call(request, context)) {
      case Called.NotNow<OutboundAnswer> not -> not.outcome();
      case Called.Answered<OutboundAnswer>(var answer) ->
          asksForTime(answer, token) ? wait(context) : results.of(answer);
    };
  }

  private CallToken opened(JobContext context, Duration within) {
    var token = CallToken.random();
    return context.inTransaction(
        () -> {
          waits.open(context.jobId(), context.claimNo(), token, within);
          return token;
        });
  }

  /** It answered 202 and repeats the token: it will finish the job itself. */
  private static boolean asksForTime(OutboundAnswer answer, @Nullable CallToken token) {
    return token != null
        && answer instanceof Received received
        && received.status() == ACCEPTED
        && received.header(CallRequests.TOKEN).filter(token.text()::equals).isPresent();
  }

  /** Its deadline runs from now, unless it was quicker than its own 202. */
  private Outcome wait(JobContext context) {
    return context.inTransaction(
        () -> {
          waits.await(context.jobId(), context.claimNo());
          var outcome = standing(context);
          return outcome == null ? new Outcome.Retry(OVERDUE, null) : outcome;
        });
  }

  /** What an earlier claim's call has come to by now; null if nothing is known of one. */
  private @Nullable Outcome waited(JobContext context) {
    return context.inTransaction(() -> Optional.ofNullable(standing(context))).orElse(null);
  }

  /**
   * Once a failure is acted upon, its answer counts no more: the next attempt asks anew. A claim
   * that comes because this one died before its settle has the same attempt, and the same outcome.
   */
  private @Nullable Outcome standing(JobContext context) {
    var standing = waits.standing(context.jobId(), context.attempt());
    if (standing.answer() != null) {
      var outcome = results.ofLater(standing.answer());
      if (!(outcome instanceof Outcome.Complete)) {
        waits.close(context.jobId(), context.attempt());
      }
      return outcome;
    }
    var left = standing.left();
    if (left == null) {
      return null;
    }
    if (left.isPositive()) {
      return new Outcome.Snooze(left);
    }
    waits.close(context.jobId(), context.attempt());
    return new Outcome.Retry(OVERDUE, null);
  }
}
