package dev.offstage.bench.contender;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * How a product is measured that takes jobs from callers, keeps them in PostgreSQL and has workers
 * run them. What is the product's own, {@link Product} says.
 */
public final class JobQueue implements Contender {
  private final Product product;
  private final @Nullable Product full;
  private final Scale scale;

  /**
   * @param full the same product over a full table, where that is measured too
   */
  JobQueue(Product product, @Nullable Product full, Scale scale) throws Exception {
    this.product = product;
    this.full = full;
    this.scale = scale;
    if (full != null) {
      new Run(full, false).fill(scale.history());
    }
  }

  /** One without a full table. */
  public JobQueue(Product product, Scale scale) throws Exception {
    this(product, null, scale);
  }

  @Override
  public String name() {
    return product.name();
  }

  @Override
  public List<Jvm> processes() {
    var all = new ArrayList<>(product.processes());
    if (full != null) {
      all.addAll(full.processes());
    }
    return all;
  }

  @Override
  public List<Jvm> processes(Figure figure) {
    return productFor(figure).processes();
  }

  private Product productFor(Figure figure) {
    return figure.isAmongHistory() && full != null ? full : product;
  }

  @Override
  public boolean measures(Figure figure) {
    return !figure.isAmongHistory() || full != null;
  }

  @Override
  public Measurement measure(Figure figure, Probe probe) throws Exception {
    var run = new Run(productFor(figure), !figure.isAmongHistory());
    run.product().worker().ask("work", figure.work());
    var measurement =
        switch (figure.way()) {
          case ENQUEUE -> enqueue(run, figure, probe);
          case DRAIN -> drain(run, figure, probe);
          case BACKLOG -> drainForAWhile(run, probe);
          case END_TO_END -> endToEnd(run, figure, probe);
          case PICK_UP -> pickUp(run, figure, probe);
        };
    if (!figure.isAmongHistory()) {
      run.product().clear(); // nothing is left for autovacuum to do in another's turn
    }
    scale.learn(name(), figure, measurement);
    return measurement;
  }

  private Measurement enqueue(Run run, Figure figure, Probe probe) throws Exception {
    run.rest();
    probe.open();
    var answer = give(run, figure);
    long jobs = Long.parseLong(answer[0]);
    probe.close(jobs);
    return Measurement.rate(jobs, Long.parseLong(answer[1]));
  }

  /** Answers how many jobs, and in how many ns they were enqueued. */
  private String[] give(Run run, Figure figure) throws IOException {
    var caller = run.product().caller();
    return figure.isBulk()
        ? caller.ask("bulk", figure.callers(), scale.jobs(name(), figure))
        : caller.ask("enqueue", figure.callers(), scale.millis());
  }

  /** From the first job's start on, so that nobody's poll counts, nor the workers' coming. */
  private Measurement drain(Run run, Figure figure, Probe probe) throws Exception {
    run.rest();
    long jobs = Long.parseLong(give(run, figure)[0]);
    run.work();
    probe.open(); // not earlier: most of what a start costs is classes that are loaded once
    long end = run.awaitDone(jobs);
    probe.close(jobs);
    return Measurement.rate(jobs, end - run.firstStart());
  }

  /** As {@link #drain}, but what is done when the time is up is counted, and the rest forgotten. */
  private Measurement drainForAWhile(Run run, Probe probe) throws Exception {
    run.rest();
    run.product().caller().ask("bulk", 1, 1);
    run.product().copy(Product.Stage.DUE, scale.backlog() - 1);
    run.work();
    probe.open();
    long first = run.awaitFirstStart();
    LockSupport.parkNanos(Duration.ofMillis(scale.millis()).toNanos());
    long end = System.nanoTime();
    long jobs = Math.min(run.done(scale.backlog()), scale.backlog());
    probe.close(jobs);
    run.product().rest();
    return Measurement.rate(jobs, end - first);
  }

  private Measurement endToEnd(Run run, Figure figure, Probe probe) throws Exception {
    run.beginIdle();
    probe.open();
    long from = System.nanoTime();
    long jobs = Long.parseLong(give(run, figure)[0]);
    long end = run.awaitDone(jobs);
    probe.close(jobs);
    return Measurement.rate(jobs, end - from);
  }

  private Measurement pickUp(Run run, Figure figure, Probe probe) throws Exception {
    run.beginIdle();
    int jobs = scale.pacedJobs(figure);
    probe.open();
    run.product().caller().ask("paced", jobs, scale.pacedMicros(figure));
    run.awaitDone(jobs);
    probe.close(jobs);
    return Measurement.waits(run.product().worker().ask("waits"));
  }

  @Override
  public void close() {
    product.close();
    if (full != null) {
      full.close();
    }
  }
}
