package dev.offstage.live;

import dev.offstage.job.JobId;
import java.util.Collection;

/** Hints that jobs have changed. */
public interface LiveUpdates {

  /** Tells whoever watches one of {@code jobs}, on any node. Never waits, never fails. */
  void publish(Collection<JobId> jobs);

  /**
   * Calls {@code onChange} after {@code job} may have changed, until closed. It is called on a
   * thread of this class's and must not block. Hints may be lost, doubled or late: ask PostgreSQL
   * as well.
   */
  Subscription subscribe(JobId job, Runnable onChange);

  /** An interest in one job; closing it twice is harmless. */
  interface Subscription extends AutoCloseable {
    @Override
    void close();
  }
}
