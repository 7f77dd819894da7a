package dev.offstage.ingest.live;

import dev.offstage.job.JobId;
import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * One request's wait for changes of one job. Opened before the job is first read, so that no change
 * falls between.
 */
public final class JobWatch implements AutoCloseable {
  private final JobId job;
  private final String tenant;
  private final JobWatches home;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private int latest;
  private boolean ended;
  private boolean followed;
  private boolean heard;

  JobWatch(JobId job, String tenant, JobWatches home) {
    this.job = job;
    this.tenant = tenant;
    this.home = home;
  }

  /**
   * Waits until the job's version is above {@code seen}, the time is up, or this node stops.
   *
   * @return whether there is a newer version
   */
  public boolean await(int seen, Duration atMost) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      long left = atMost.toNanos();
      while (latest <= seen && !ended && left > 0) {
        left = changed.awaitNanos(left);
      }
      return latest > seen;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Says that an app, which has been found to be allowed to, follows the job by this: it needs no
   * push then.
   */
  public void follow() {
    lock.lock();
    try {
      followed = true;
    } finally {
      lock.unlock();
    }
    home.follow(this);
  }

  /** Says that whoever waits has been told the job's end. */
  public void heard() {
    lock.lock();
    try {
      heard = true;
    } finally {
      lock.unlock();
    }
  }

  /** Whether an app follows the job by this. */
  boolean isFollowed() {
    lock.lock();
    try {
      return followed;
    } finally {
      lock.unlock();
    }
  }

  /** Whether an app followed the job, and went before its end. */
  boolean isForsaken() {
    lock.lock();
    try {
      return followed && !heard;
    } finally {
      lock.unlock();
    }
  }

  /** Whether this node stops: whoever waits should answer now. */
  public boolean isEnded() {
    lock.lock();
    try {
      return ended;
    } finally {
      lock.unlock();
    }
  }

  JobId job() {
    return job;
  }

  String tenant() {
    return tenant;
  }

  void tell(int version) {
    lock.lock();
    try {
      latest = Math.max(latest, version);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  void end() {
    lock.lock();
    try {
      ended = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    home.close(this);
  }
}
