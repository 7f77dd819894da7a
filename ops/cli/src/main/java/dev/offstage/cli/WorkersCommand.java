package dev.offstage.cli;

import dev.offstage.store.WorkerStore;
import picocli.CommandLine.Command;

/** {@code workers}. */
@Command(name = "workers", description = "Lists the workers that live, and what they run.")
final class WorkersCommand extends Verb {
  @Override
  public void run() {
    var table = new Table("WORKER", "HOST", "PID", "RUNNING", "HEARTBEAT", "KINDS", "LACKS");
    for (var worker : WorkerStore.over(db()).alive()) {
      table.add(
          worker.id(),
          worker.host(),
          worker.pid(),
          worker.running(),
          worker.heartbeatAgo().toMillis() + " ms ago",
          String.join(",", worker.kinds()),
          worker.lacks().isEmpty() ? "-" : String.join("; ", worker.lacks()));
    }
    table.print(out(), "no worker lives");
  }
}
