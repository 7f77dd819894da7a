package dev.offstage.scheduler.recurring;

import java.util.UUID;
import org.jobrunr.jobs.lambdas.JobRequest;

/**
 * A run of a schedule is to be launched and watched. Public, as JobRunr makes and calls it.
 *
 * @param run its id, which is this JobRunr job's too
 */
public record RunRequest(UUID run) implements JobRequest {
  @Override
  public Class<RunHandler> getJobRequestHandler() {
    return RunHandler.class;
  }
}
