package dev.offstage.worker.diagnostic;

import dev.offstage.job.JobFailure;
import dev.offstage.job.JobKind;
import dev.offstage.job.Outcome;
import dev.offstage.worker.handler.JobContext;
import dev.offstage.worker.handler.JobHandler;
import org.jspecify.annotations.Nullable;

/**
 * {@code offstage.fail}: {@code {"times": 2}} fails the first two attempts and then succeeds,
 * {@code {"permanent": true}} is discarded at once.
 */
final class FailHandler implements JobHandler<FailHandler.Wish> {
  private static final JobKind KIND = new JobKind("offstage.fail");

  /**
   * What the payload says.
   *
   * @param times how many attempts are to fail; none where it is missing
   * @param permanent fail for good
   */
  record Wish(@Nullable Integer times, @Nullable Boolean permanent) {}

  @Override
  public JobKind kind() {
    return KIND;
  }

  @Override
  public Class<Wish> payloadType() {
    return Wish.class;
  }

  @Override
  public Outcome run(Wish wish, JobContext context) {
    if (Boolean.TRUE.equals(wish.permanent())) {
      return new Outcome.Discard(new JobFailure("asked-to-fail", "the payload says permanent"));
    }
    int times = wish.times() == null ? 0 : wish.times();
    if (context.attempt() <= times) {
      return new Outcome.Retry(
          new JobFailure(
              "asked-to-fail", "attempt %d of %d to fail".formatted(context.attempt(), times)),
          null);
    }
    return new Outcome.Complete("{\"attempt\":" + context.attempt() + "}");
  }
}
