package dev.offstage.bench.agent;

import org.jobrunr.jobs.lambdas.JobRequest;
import org.jobrunr.jobs.lambdas.JobRequestHandler;

/** JobRunr's job, as it reads and writes it. */
public record JobRunrWork(String payload) implements JobRequest {
  static final Handled HANDLED = new Handled();

  @Override
  public Class<Handler> getJobRequestHandler() {
    return Handler.class;
  }

  /** Made by JobRunr, one a job. */
  public static final class Handler implements JobRequestHandler<JobRunrWork> {
    @Override
    public void run(JobRunrWork work) {
      HANDLED.run(Payload.at(work.payload()));
    }
  }
}
