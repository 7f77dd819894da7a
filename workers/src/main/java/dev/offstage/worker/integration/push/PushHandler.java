package dev.offstage.worker.integration.push;

import dev.offstage.job.JobFailure;
import dev.offstage.job.JobKind;
import dev.offstage.job.Outcome;
import dev.offstage.secret.Secrets;
import dev.offstage.worker.handler.JobContext;
import dev.offstage.worker.handler.JobHandler;
import dev.offstage.worker.integration.push.message.PushWork;
import dev.offstage.worker.integration.push.message.Target;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** Runs {@code push.send}. */
final class PushHandler implements JobHandler<PushWork> {
  static final JobKind KIND = new JobKind("push.send");

  private static final Duration FIRST_LOOK = Duration.ofSeconds(2);
  private static final Duration LAST_LOOK = Duration.ofMinutes(1);

  private final FanOut fanOut;
  private final Sender sender;
  private final Parts parts;
  private final Audibility audibility;
  private final Secrets secrets;
  private final JsonMapper json;

  PushHandler(
      FanOut fanOut,
      Sender sender,
      Parts parts,
      Audibility audibility,
      Secrets secrets,
      JsonMapper json) {
    this.fanOut = fanOut;
    this.sender = sender;
    this.parts = parts;
    this.audibility = audibility;
    this.secrets = secrets;
    this.json = json;
  }

  @Override
  public JobKind kind() {
    return KIND;
  }

  @Override
  public Class<PushWork> payloadType() {
    return PushWork.class;
  }

  @Override
  public Optional<String> lacks() {
    return secrets.lacks();
  }

  @Override
  public Outcome run(PushWork work, JobContext context) throws Exception {
    var to = target(work, context);
    if (to == null) {
      return new Outcome.Discard(
          new JobFailure(
              "payload-invalid",
              context.owner() == null
                  ? "to: missing (expected: whom it is for, since the job has no owner)"
                  : "to: not the job's owner (expected: that user, or a job without an owner)"));
    }
    if (work.isUnlessListening() && audibility.isHeard(context.jobId())) {
      return new Outcome.Complete("{\"skipped\":\"listening\"}");
    }
    return to.isSplit() ? split(to, context) : direct(to, work, context);
  }

  /** An end user's own job, where one is allowed, reaches nobody but that user. */
  private static @Nullable Target target(PushWork work, JobContext context) {
    var owner = context.owner();
    if (owner == null) {
      return work.to();
    }
    var own = Target.ofUser(owner);
    return work.to() == null || work.to().equals(own) ? own : null;
  }

  private Outcome direct(Target to, PushWork work, JobContext context) throws Exception {
    var push = context.jobId().value();
    var wanted = new Parts.NewPart(0, context.jobId(), to.allUsers(), to.allDevices());
    var part =
        context.inTransaction(
            () -> {
              parts.insert(push, wanted);
              return parts.find(push, 0).orElseThrow();
            });
    return sender.send(part, work, context, done -> result(context));
  }

  private Outcome split(Target to, JobContext context) throws InterruptedException {
    var audience = to.audience();
    if (audience != null
        && !fanOut.isBegun(context.jobId())
        && !fanOut.isKnown(context.tenant(), audience)) {
      return new Outcome.Discard(
          new JobFailure("audience-unknown", "There is no list " + audience + "."));
    }
    fanOut.split(to, context);
    var progress = parts.progress(context.jobId().value());
    if (progress.live() == 0) {
      return new Outcome.Complete(result(context));
    }
    long done = progress.devices() - progress.pending();
    context.progress(
        progress.devices() == 0 ? 0 : (double) done / progress.devices(),
        "%d of %d parts, %d devices"
            .formatted(progress.parts() - progress.live(), progress.parts(), done));
    return new Outcome.Snooze(nextLook(context.claimNo()));
  }

  /** Soon at first, later less often: half as long again each time. */
  static Duration nextLook(int claimNo) {
    double millis = FIRST_LOOK.toMillis() * Math.pow(1.5, Math.min(claimNo - 1, 20));
    return Duration.ofMillis(Math.min((long) millis, LAST_LOOK.toMillis()));
  }

  private String result(JobContext context) {
    return json.writeValueAsString(parts.summary(context.jobId().value()));
  }
}
