package dev.offstage.scheduler.recurring;

import org.jobrunr.jobs.lambdas.JobRequest;

/**
 * It is time to look at a schedule. Public, as JobRunr makes and calls it.
 *
 * @param schedule its name
 */
public record TickRequest(String schedule) implements JobRequest {
  @Override
  public Class<TickHandler> getJobRequestHandler() {
    return TickHandler.class;
  }
}
