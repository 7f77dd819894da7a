package dev.offstage.scheduler.console.api;

import dev.offstage.queue.QueueProperties;
import dev.offstage.queue.TicketQueues;
import dev.offstage.store.JobCountStore;
import dev.offstage.store.WorkerStore;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** The pools, and who works them. */
@RestController
class FleetController {
  private final WorkerStore workers;
  private final JobCountStore jobs;
  private final QueueProperties pools;
  private final TicketQueues queues;

  FleetController(
      WorkerStore workers, JobCountStore jobs, QueueProperties pools, TicketQueues queues) {
    this.workers = workers;
    this.jobs = jobs;
    this.pools = pools;
    this.queues = queues;
  }

  record WorkersView(List<WorkerView> workers) {}

  /**
   * @param lacks what it cannot run, each as {@code kind: why}
   */
  record WorkerView(
      UUID id,
      String host,
      long pid,
      int running,
      Duration heartbeatAgo,
      List<String> kinds,
      List<String> lacks) {}

  @GetMapping("/ops/v1/workers")
  WorkersView workers() {
    return new WorkersView(
        workers.alive().stream()
            .map(
                worker ->
                    new WorkerView(
                        worker.id().value(),
                        worker.host(),
                        worker.pid(),
                        worker.running(),
                        worker.heartbeatAgo(),
                        worker.kinds(),
                        worker.lacks()))
            .toList());
  }

  record PoolsView(List<PoolView> pools) {}

  /**
   * @param jobs how many, by live, completed, cancelled and discarded
   * @param messages that the broker holds for it; null while that is away
   */
  record PoolView(String name, Map<String, Long> jobs, @Nullable Long messages) {}

  @GetMapping("/ops/v1/pools")
  PoolsView pools() {
    var counts = new TreeMap<String, Map<String, Long>>();
    for (var each : jobs.poolCounts()) {
      counts.computeIfAbsent(each.pool(), pool -> new TreeMap<>()).put(each.state(), each.jobs());
    }
    var names = new TreeSet<>(pools.names());
    names.addAll(counts.keySet());
    return new PoolsView(
        names.stream()
            .map(
                name -> {
                  var depth = queues.depth(name);
                  return new PoolView(
                      name,
                      counts.getOrDefault(name, Map.of()),
                      depth.isPresent() ? depth.getAsLong() : null);
                })
            .toList());
  }
}
