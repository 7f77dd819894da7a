package dev.offstage.bench.agent;

import dev.offstage.boot.OffstageApplication;
import dev.offstage.queue.QueueProperties;
import dev.offstage.scheduler.SchedulerApplication;
import dev.offstage.store.GateStore;
import java.io.IOException;

/** The scheduler, as it is deployed; pauses the pool as an operator does. */
public final class OffstageScheduler {
  private OffstageScheduler() {}

  public static void main(String[] properties) throws IOException {
    var agent = new Agent();
    var gates =
        OffstageApplication.of(SchedulerApplication.class).run(properties).getBean(GateStore.class);
    agent.with("pause", words -> pause(gates)).with("resume", words -> resume(gates)).serve();
  }

  private static String pause(GateStore gates) {
    gates.pause(GateStore.Scope.POOL, QueueProperties.DEFAULT, "until all jobs are there");
    return "";
  }

  private static String resume(GateStore gates) {
    gates.resume(GateStore.Scope.POOL, QueueProperties.DEFAULT);
    return "";
  }
}
