package dev.offstage.bench.agent;

import dev.offstage.boot.OffstageApplication;
import dev.offstage.scheduler.SchedulerApplication;
import java.io.IOException;

/** The scheduler, as it is deployed. */
public final class OffstageScheduler {
  private OffstageScheduler() {}

  public static void main(String[] properties) throws IOException {
    var agent = new Agent();
    OffstageApplication.of(SchedulerApplication.class).run(properties);
    agent.serve();
  }
}
