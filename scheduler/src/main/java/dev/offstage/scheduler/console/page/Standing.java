package dev.offstage.scheduler.console.page;

import static dev.offstage.scheduler.console.Pages.text;

import dev.offstage.queue.TicketQueues;
import dev.offstage.store.JobCountStore;
import dev.offstage.store.WorkerStore;
import java.util.TreeMap;
import org.springframework.stereotype.Component;

/** How the pools, the workers and the broker stand, in a few lines. */
@Component
final class Standing {
  private final WorkerStore workers;
  private final JobCountStore counts;
  private final TicketQueues queues;

  Standing(WorkerStore workers, JobCountStore counts, TicketQueues queues) {
    this.workers = workers;
    this.counts = counts;
    this.queues = queues;
  }

  String html() {
    var alive = workers.alive();
    int running = alive.stream().mapToInt(WorkerStore.Alive::running).sum();
    return """
    <h1>How it stands</h1>
    <ul class="cards">
      <li><span class="%s">%d workers</span> <span class="dim">run %d jobs</span></li>
      %s
      %s
    </ul>
    """
        .formatted(alive.isEmpty() ? "bad" : "good", alive.size(), running, pools(), parked());
  }

  private String pools() {
    var lines = new TreeMap<String, StringBuilder>();
    for (var count : counts.poolCounts()) {
      lines
          .computeIfAbsent(count.pool(), pool -> new StringBuilder())
          .append(count.jobs())
          .append(' ')
          .append(count.state())
          .append(" · ");
    }
    var html = new StringBuilder();
    lines.forEach(
        (pool, line) ->
            html.append(
                "<li>%s <span class=\"dim\">%s</span></li>"
                    .formatted(text(pool), text(line.substring(0, line.length() - 3)))));
    return html.toString();
  }

  private String parked() {
    var parked = queues.parked();
    if (parked.isEmpty()) {
      return "<li class=\"bad\">The broker does not answer</li>";
    }
    return parked.getAsLong() == 0
        ? ""
        : "<li class=\"bad\">%d messages that no worker could read</li>"
            .formatted(parked.getAsLong());
  }
}
