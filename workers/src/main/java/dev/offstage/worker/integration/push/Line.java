package dev.offstage.worker.integration.push;

import dev.offstage.job.Outcome;
import dev.offstage.worker.handler.JobContext;
import dev.offstage.worker.integration.push.provider.Credential;
import java.time.Duration;
import java.util.List;

/** The way to a provider: whether it may be used now, and what comes back on it. */
interface Line {

  /** What came of the wish to send. */
  sealed interface Said {}

  /** The provider was asked. */
  record Answered(List<Batch.Answer> answers) implements Said {}

  /**
   * It was not asked: it is shut, or its quota is spent.
   *
   * @param outcome what the attempt is to end with
   */
  record NotNow(Outcome outcome) implements Said {}

  /** Sends, and says how it went within {@code timeLimit}. */
  interface Send {
    List<Batch.Answer> run(Duration timeLimit) throws InterruptedException;
  }

  /**
   * @param count of devices that {@code send} sends to
   */
  Said send(Credential credential, int count, JobContext context, Send send) throws Exception;
}
