package dev.offstage.scheduler.dispatch;

import dev.offstage.job.Priority;
import dev.offstage.store.DueJob;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * How many jobs a message carries, and from that how many jobs the queue holds, of which the broker
 * tells messages only. Not for concurrent use.
 */
final class Bundles {
  /** When calm, jobs go to as many workers; a backlog is shared out in no fewer messages. */
  private static final int SHARES = 16;

  private static final int SHARES_OF_A_WINDOW = 8;

  private final int most;

  /** Sizes of the messages sent that may still be in the queue, eldest first. */
  private final Deque<Integer> queued = new ArrayDeque<>();

  private int jobsQueued;

  /**
   * @param most jobs that a message may carry
   */
  Bundles(int most) {
    this.most = most;
  }

  /** A message's jobs, all of one queue. */
  record Bundle(Priority queue, List<DueJob> jobs) {}

  /**
   * Shares jobs out to messages in their order. A job that may have killed its worker travels
   * alone.
   *
   * @param backlog whether others wait behind these
   * @param window jobs that the queue may hold
   */
  List<Bundle> of(List<DueJob> jobs, boolean backlog, int window) {
    int size = backlog ? Math.clamp(window / SHARES_OF_A_WINDOW, 1, most) : calm(jobs.size());
    var bundles = new ArrayList<Bundle>();
    Map<Priority, Bundle> open = new EnumMap<>(Priority.class);
    for (var job : jobs) {
      var queue = job.priority() == Priority.HIGH ? Priority.HIGH : Priority.NORMAL;
      var bundle = open.get(queue);
      if (bundle == null || bundle.jobs.size() >= size || job.crashes() > 0) {
        bundle = new Bundle(queue, new ArrayList<>());
        bundles.add(bundle);
      }
      bundle.jobs.add(job);
      if (job.crashes() == 0) {
        open.put(queue, bundle);
      }
    }
    return bundles;
  }

  private int calm(int jobs) {
    return Math.clamp(Math.ceilDiv(jobs, SHARES), 1, most);
  }

  void sent(Bundle bundle) {
    queued.addLast(bundle.jobs.size());
    jobsQueued += bundle.jobs.size();
  }

  /**
   * How many jobs are in the queue: those of the messages sent last, as far as they are ours. One
   * that another node sent counts as half of a full one, since nobody tells.
   *
   * @param messages in the queue
   */
  long depth(long messages) {
    while (queued.size() > messages) {
      jobsQueued -= queued.removeFirst();
    }
    return jobsQueued + (messages - queued.size()) * Math.ceilDiv(most, 2);
  }
}
