package dev.offstage.worker.diagnostic;

import dev.offstage.job.JobFailure;
import dev.offstage.job.JobKind;
import dev.offstage.job.Outcome;
import dev.offstage.worker.handler.JobContext;
import dev.offstage.worker.handler.JobHandler;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** {@code offstage.sleep}: {@code {"millis": 1500}} takes so long, and heeds its interrupt. */
final class SleepHandler implements JobHandler<SleepHandler.Nap> {
  private static final JobKind KIND = new JobKind("offstage.sleep");

  /**
   * What the payload says.
   *
   * @param millis how long
   */
  record Nap(@Nullable Long millis) {}

  @Override
  public JobKind kind() {
    return KIND;
  }

  @Override
  public Class<Nap> payloadType() {
    return Nap.class;
  }

  @Override
  public Outcome run(Nap nap, JobContext context) throws InterruptedException {
    var millis = nap.millis();
    if (millis == null || millis < 0) {
      return new Outcome.Discard(
          new JobFailure("payload-invalid", "millis: " + millis + " (expected: 0 or more)"));
    }
    var unused = new CountDownLatch(1).await(millis, TimeUnit.MILLISECONDS);
    return new Outcome.Complete("{\"millis\":" + millis + "}");
  }
}
