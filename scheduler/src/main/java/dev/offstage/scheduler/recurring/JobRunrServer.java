package dev.offstage.scheduler.recurring;

import org.jobrunr.server.BackgroundJobServer;
import org.springframework.context.SmartLifecycle;

/** JobRunr's server, from the application's start to its end. */
final class JobRunrServer implements SmartLifecycle {
  private final BackgroundJobServer server;

  JobRunrServer(BackgroundJobServer server) {
    this.server = server;
  }

  @Override
  public void start() {
    server.start();
  }

  @Override
  public void stop() {
    server.stop();
  }

  @Override
  public boolean isRunning() {
    return server.isRunning();
  }
}
