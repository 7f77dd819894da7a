package dev.offstage.worker.integration.push;

import dev.offstage.job.DestinationName;
import dev.offstage.worker.destination.Called;
import dev.offstage.worker.destination.Destinations;
import dev.offstage.worker.destination.Verdict;
import dev.offstage.worker.handler.JobContext;
import dev.offstage.worker.integration.push.provider.Credential;
import dev.offstage.worker.integration.push.provider.Sending;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeoutException;

/**
 * A destination for each tenant's account with a provider: {@code fcm:acme/my-project}, {@code
 * apns:acme/com.example.app}. While it is shut, or its quota is spent, its jobs wait at its gate.
 */
final class DestinationLine implements Line {
  private final Destinations destinations;

  DestinationLine(Destinations destinations) {
    this.destinations = destinations;
  }

  @Override
  public Said send(Credential credential, int count, JobContext context, Send send)
      throws Exception {
    try {
      var called =
          destinations.call(
              name(credential), count, context, send::run, answers -> verdict(answers));
      return switch (called) {
        case Called.Answered<List<Batch.Answer>>(var answers) -> new Answered(answers);
        case Called.NotNow<List<Batch.Answer>>(var outcome, var why) -> new NotNow(outcome);
      };
    } catch (TimeoutException e) {
      return new Answered(List.of()); // all that was sent is sent again
    }
  }

  private static DestinationName name(Credential credential) {
    return DestinationName.of(
        credential.provider(),
        credential.tenant(),
        credential.account() + (credential.sandbox() ? "~sandbox" : ""));
  }

  /** A provider that takes some works, whatever it thinks of the others. */
  static Verdict verdict(List<Batch.Answer> answers) {
    var sendings = answers.stream().map(Batch.Answer::sending).toList();
    for (var sending : sendings) {
      if (sending instanceof Sending.Later(var why, Duration pause, var throttled) && throttled) {
        if (pause != null) {
          return new Verdict.SlowDown(pause, why);
        }
      }
    }
    if (sendings.stream().allMatch(Sending.Faulty.class::isInstance)) {
      return new Verdict.SlowDown(
          Sender.CREDENTIAL_PAUSE, "refuses the credential: " + reason(sendings.getFirst()));
    }
    return sendings.stream().allMatch(each -> each instanceof Sending.Later l && !l.throttled())
        ? new Verdict.Unhealthy(reason(sendings.getFirst()))
        : Verdict.HEALTHY;
  }

  private static String reason(Sending sending) {
    return switch (sending) {
      case Sending.Sent sent -> "sent";
      case Sending.Dead dead -> dead.reason();
      case Sending.Refused refused -> refused.reason();
      case Sending.Faulty faulty -> faulty.reason();
      case Sending.Later later -> later.reason();
    };
  }
}
