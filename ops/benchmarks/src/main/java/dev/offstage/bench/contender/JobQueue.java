package dev.offstage.bench.contender;

import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * How a product is measured that takes jobs from callers, keeps them in PostgreSQL and has workers
 * run them. What is the product's own, {@link Product} says.
 */
final class JobQueue implements Contender {
  private static final long PATIENCE = Duration.ofMinutes(3).toNanos();
  private static final long OFTEN = TimeUnit.MILLISECONDS.toNanos(2);
  private static final long SELDOM = TimeUnit.MILLISECONDS.toNanos(10);

  /** What differs from one product to the next. */
  interface Product {
    String name();

    /** All of its processes. */
    List<Jvm> processes();

    /** The process whose callers enqueue. */
    Jvm caller();

    Jvm worker();

    /** Lets no job start until {@link #work}. */
    default void rest() throws Exception {
      worker().ask("stop");
    }

    default void work() throws Exception {
      worker().ask("start");
    }

    /** Forgets every job; none is running. */
    void clear() throws Exception;

    /** Whether there is a job that is due and has not ended, in what has been committed. */
    boolean anyLeft() throws SQLException;

    /** How many of those that were enqueued have ended well, in what has been committed. */
    long completed(long enqueued) throws SQLException;

    void close();
  }

  private final Product product;
  private final Scale scale;

  JobQueue(Product product, Scale scale) {
    this.product = product;
    this.scale = scale;
  }

  @Override
  public String name() {
    return product.name();
  }

  @Override
  public List<Jvm> processes() {
    return product.processes();
  }

  @Override
  public boolean measures(Figure figure) {
    return true;
  }

  @Override
  public Measurement measure(Figure figure, Probe probe) throws Exception {
    var measurement =
        switch (figure) {
          case ENQUEUE_1, ENQUEUE_16, ENQUEUE_BULK -> enqueue(figure, probe);
          case DRAIN -> drain(figure, probe);
          case END_TO_END_16, END_TO_END_64, END_TO_END_BULK -> endToEnd(figure, probe);
          case PICK_UP_IDLE, PICK_UP_100 -> pickUp(figure, probe);
        };
    scale.learn(name(), figure, measurement);
    return measurement;
  }

  private Measurement enqueue(Figure figure, Probe probe) throws Exception {
    product.rest();
    product.clear();
    probe.open();
    var answer = give(figure);
    long jobs = Long.parseLong(answer[0]);
    probe.close(jobs);
    return Measurement.rate(jobs, Long.parseLong(answer[1]));
  }

  /** Answers how many jobs, and in how many ns they were enqueued. */
  private String[] give(Figure figure) throws IOException {
    return switch (figure) {
      case ENQUEUE_BULK, END_TO_END_BULK, DRAIN ->
          product.caller().ask("bulk", figure.callers(), scale.jobs(name(), figure));
      default -> product.caller().ask("enqueue", figure.callers(), scale.millis());
    };
  }

  /** From the first job's start on, so that nobody's poll counts, nor the workers' coming. */
  private Measurement drain(Figure figure, Probe probe) throws Exception {
    product.rest();
    product.clear();
    long jobs = Long.parseLong(give(figure)[0]);
    product.worker().ask("forget");
    product.work();
    probe.open(); // not earlier: most of what a start costs is classes that are loaded once
    long end = awaitDone(jobs);
    probe.close(jobs);
    return Measurement.rate(jobs, end - handled()[1]);
  }

  private Measurement endToEnd(Figure figure, Probe probe) throws Exception {
    beginIdle();
    probe.open();
    long from = System.nanoTime();
    long jobs = Long.parseLong(give(figure)[0]);
    long end = awaitDone(jobs);
    probe.close(jobs);
    return Measurement.rate(jobs, end - from);
  }

  private Measurement pickUp(Figure figure, Probe probe) throws Exception {
    beginIdle();
    int jobs = scale.pacedJobs(figure);
    probe.open();
    product.caller().ask("paced", jobs, scale.pacedMicros(figure));
    awaitDone(jobs);
    probe.close(jobs);
    return Measurement.waits(product.worker().ask("waits"));
  }

  private void beginIdle() throws Exception {
    product.work();
    product.clear();
    product.worker().ask("forget");
  }

  /** How many jobs were run, and when the first began. */
  private long[] handled() throws IOException {
    var words = product.worker().ask("handled");
    return new long[] {Long.parseLong(words[0]), Long.parseLong(words[1])};
  }

  /** Waits until jobs are done: run, and committed as such. Answers when. */
  private long awaitDone(long jobs) throws Exception {
    long until = System.nanoTime() + PATIENCE;
    for (boolean run = false; !run || product.anyLeft(); ) {
      if (System.nanoTime() > until) {
        throw new IllegalStateException(
            "%s: %d jobs of %d were run in %d s"
                .formatted(name(), handled()[0], jobs, TimeUnit.NANOSECONDS.toSeconds(PATIENCE)));
      }
      run = run || handled()[0] >= jobs;
      LockSupport.parkNanos(run ? OFTEN : SELDOM);
    }
    long end = System.nanoTime();
    long completed = product.completed(jobs);
    if (completed != jobs) {
      throw new IllegalStateException(
          name() + ": " + completed + " jobs have completed (expected: " + jobs + ")");
    }
    return end;
  }

  @Override
  public void close() {
    product.processes().forEach(Jvm::close);
    product.close();
  }
}
