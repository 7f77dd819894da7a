package dev.offstage.scheduler.dispatch;

import dev.offstage.job.JobId;
import dev.offstage.store.DueJob;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;

/**
 * What a dispatcher has ticketed and nobody has claimed yet, in memory only. Not for concurrent
 * use.
 */
final class Ticketed {
  private record Sent(int claimNo, long again) {}

  private final Map<JobId, Sent> sent = new HashMap<>();
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

  /** Which of the due jobs need a ticket. Forgets those that are not due any more. */
  List<DueJob> without(List<DueJob> due, long nanoTime) {
    var ids = new HashSet<JobId>();
    due.forEach(job -> ids.add(job.id()));
    sent.keySet().retainAll(ids);
    return due.stream().filter(job -> needsTicket(job, nanoTime)).toList();
  }

  private boolean needsTicket(DueJob job, long nanoTime) {
    var earlier = sent.get(job.id());
    return earlier == null || earlier.claimNo != job.claimNo() || nanoTime - earlier.again > 0;
  }

  void add(DueJob job, long nanoTime) {
    sent.put(job.id(), new Sent(job.claimNo(), nanoTime + again));
  }

  void remove(DueJob job) {
    sent.remove(job.id());
  }
}
