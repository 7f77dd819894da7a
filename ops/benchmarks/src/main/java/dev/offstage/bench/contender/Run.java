package dev.offstage.bench.contender;

import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Jobs on their way through a product, from none to all done. */
public final class Run {
  private static final long PATIENCE = Duration.ofMinutes(5).toNanos();
  private static final long OFTEN = TimeUnit.MILLISECONDS.toNanos(2);
  private static final long SELDOM = TimeUnit.MILLISECONDS.toNanos(10);

  private final Product product;
  private final boolean clears;
  private long endedBefore;

  public Run(Product product) {
    this(product, true);
  }

  /**
   * @param clears whether it begins with an empty table, or leaves what lies there
   */
  Run(Product product, boolean clears) {
    this.product = product;
    this.clears = clears;
  }

  public Product product() {
    return product;
  }

  /** Begins with no job that is due and with the workers away. */
  public void rest() throws Exception {
    product.rest();
    begin();
  }

  /** Begins with no job that is due and with the workers there. */
  public void beginIdle() throws Exception {
    product.work();
    begin();
    product.worker().ask("forget");
  }

  /** Lets the workers come; none has run a job yet. */
  public void work() throws Exception {
    product.worker().ask("forget");
    product.work();
  }

  private void begin() throws Exception {
    if (clears) {
      product.clear();
    }
    endedBefore = product.ended();
  }

  /** Fills the table. */
  void fill(Scale.History history) throws Exception {
    beginIdle();
    if (product.keepsHistory()) {
      product.caller().ask("bulk", 1, 1);
      awaitDone(1);
      product.copy(Product.Stage.ENDED, history.finished());
    }
    product.caller().ask("later", 1);
    product.copy(Product.Stage.AHEAD, history.ahead());
  }

  /** How many of so many jobs are done, in what has been committed. */
  public long done(long enqueued) throws SQLException {
    long ended = product.ended() - endedBefore;
    return product.keepsHistory() ? ended : enqueued + ended;
  }

  /** How many jobs this worker process has begun. */
  public long handled() throws IOException {
    return Long.parseLong(product.worker().ask("handled")[0]);
  }

  /** When the first of them began. */
  public long firstStart() throws IOException {
    return Long.parseLong(product.worker().ask("handled")[1]);
  }

  /** Waits for the first job to begin. Answers when that was. */
  public long awaitFirstStart() throws IOException {
    awaitHandled(1);
    return firstStart();
  }

  /** Waits until this worker process has begun so many jobs. */
  public void awaitHandled(long jobs) throws IOException {
    long until = System.nanoTime() + PATIENCE;
    for (long begun = handled(); begun < jobs; begun = handled()) {
      if (System.nanoTime() > until) {
        throw late(jobs, begun);
      }
      LockSupport.parkNanos(begun == 0 ? OFTEN : SELDOM);
    }
  }

  /** Waits until jobs are done: run, and committed as such. Answers when. */
  public long awaitDone(long jobs) throws Exception {
    awaitHandled(jobs);
    return awaitNoneLeft(jobs);
  }

  /** Waits until no job is left, and sees that so many have completed. Answers when that was. */
  public long awaitNoneLeft(long jobs) throws Exception {
    long until = System.nanoTime() + PATIENCE;
    while (product.anyLeft()) {
      if (System.nanoTime() > until) {
        throw late(jobs, done(jobs));
      }
      LockSupport.parkNanos(OFTEN);
    }
    long end = System.nanoTime();
    long completed = done(jobs);
    if (completed != jobs) {
      throw new IllegalStateException(
          product.name() + ": " + completed + " jobs have completed (expected: " + jobs + ")");
    }
    return end;
  }

  /** Waits until so many have completed, whatever else there is. Answers when that was. */
  public long awaitCompleted(long jobs) throws SQLException {
    long until = System.nanoTime() + PATIENCE;
    for (long done = done(jobs); done < jobs; done = done(jobs)) {
      if (System.nanoTime() > until) {
        throw late(jobs, done);
      }
      LockSupport.parkNanos(SELDOM);
    }
    return System.nanoTime();
  }

  private IllegalStateException late(long jobs, long done) {
    return new IllegalStateException(
        "%s: %d jobs of %d in %d s"
            .formatted(product.name(), done, jobs, TimeUnit.NANOSECONDS.toSeconds(PATIENCE)));
  }
}
