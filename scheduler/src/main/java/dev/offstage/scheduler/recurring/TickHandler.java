package dev.offstage.scheduler.recurring;

import org.jobrunr.jobs.lambdas.JobRequestHandler;
import org.jobrunr.server.runner.ThreadLocalJobContext;

/** Lets a schedule's ticks be decided. Public, as JobRunr calls it. */
public final class TickHandler implements JobRequestHandler<TickRequest> {
  private final Firing firing;

  TickHandler(Firing firing) {
    this.firing = firing;
  }

  @Override
  public void run(TickRequest request) {
    int runs = firing.fire(request.schedule());
    ThreadLocalJobContext.getJobContext()
        .logger()
        .info(
            runs == 0
                ? "Nothing is due: whoever came before has decided this tick."
                : "Runs planned: " + runs);
  }
}
