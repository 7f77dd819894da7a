package dev.offstage.scheduler.dispatch;

import dev.offstage.job.JobId;
import dev.offstage.store.DispatchStore.Occasion;
import dev.offstage.store.DueJob;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a dispatcher has ticketed and nobody may have claimed yet, in memory only. Not for
 * concurrent use.
 */
final class Ticketed {
  /** A ticket that has left the queue is claimed within so long, or given back to the queue. */
  private static final long CLAIMED = Duration.ofSeconds(3).toNanos();

  private record Sent(int version, long at) {}

  private final Map<JobId, Sent> sent = new LinkedHashMap<>();
  private final long again;

  /**
   * @param again after how long an unclaimed job is ticketed anew
   */
  Ticketed(Duration again) {
    this.again = again.toNanos();
  }

  int size() {
    return sent.size();
  }

  /** Whether a job, as it is now, needs no ticket. */
  boolean has(DueJob job) {
    var ticket = sent.get(job.id());
    return ticket != null && ticket.version == job.version();
  }

  /** What needs no ticket now. */
  List<Occasion> occasions() {
    var occasions = new ArrayList<Occasion>(sent.size());
    sent.forEach((id, ticket) -> occasions.add(new Occasion(id, ticket.version)));
    return occasions;
  }

  /**
   * Forgets tickets that must be lost, and those that must have been taken: a queue gives first
   * what came first.
   *
   * @param depth jobs in the queue now
   */
  void forget(long depth, long nanoTime) {
    for (Iterator<Sent> eldest = sent.values().iterator(); eldest.hasNext(); ) {
      long age = nanoTime - eldest.next().at;
      if (age <= again && (age <= CLAIMED || sent.size() <= depth)) {
        return;
      }
      eldest.remove();
    }
  }

  void add(DueJob job, long nanoTime) {
    sent.remove(job.id()); // so that the map stays in the order of sending
    sent.put(job.id(), new Sent(job.version(), nanoTime));
  }

  void remove(DueJob job) {
    sent.remove(job.id());
  }
}
