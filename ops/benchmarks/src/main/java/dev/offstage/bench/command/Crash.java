package dev.offstage.bench.command;

import dev.offstage.bench.contender.Cast;
import dev.offstage.bench.contender.Party;
import dev.offstage.bench.contender.Product;
import dev.offstage.bench.contender.Run;
import dev.offstage.bench.report.Report;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code ops/bench crash}. */
@Command(
    name = "ops/bench crash",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "What batching costs: a worker is killed with -9 in the middle of a drain and started again;",
      "how many jobs ran twice, and how long it took until all were done."
    })
public final class Crash implements Callable<Integer> {
  private static final int FIRST_GUESS = 4_000;
  private static final int LEAST = 2_000;

  @Option(names = "--rounds", description = "how many crashes of each (5; quick: 1)")
  private @Nullable Integer rounds;

  @Option(names = "--seconds", description = "how long a whole drain takes, about (6; quick: 3)")
  private @Nullable Integer seconds;

  @Mixin private Options options = new Options();

  @Override
  public Integer call() throws Exception {
    var report = new Report("crash");
    for (var party : List.of(Party.OFFSTAGE, Party.JOBRUNR, Party.DB_SCHEDULER)) {
      try (var product = Cast.forCrashes(party, options.place(), options.properties())) {
        crashes(product, report);
      }
    }
    report.note(
        "db-scheduler gives a heartbeat each 3 s, of which it may miss 4, instead of 5 min and 6;"
            + " the others are as they are shipped.");
    options.finish(report);
    return 0;
  }

  /** A whole drain first: it warms up, and tells how many jobs to take. */
  private void crashes(Product product, Report report) throws Exception {
    var run = new Run(product);
    long first = begin(run, FIRST_GUESS);
    double rate = FIRST_GUESS / ((run.awaitCompleted(FIRST_GUESS) - first) / 1e9);
    int jobs = (int) Math.max(LEAST, rate * options.orElse(seconds, 6, 3));
    for (int round = 1; round <= options.orElse(rounds, 5, 1); round++) {
      crash(run, jobs, report);
      Options.say("%s, round %d is done".formatted(product.name(), round));
    }
  }

  /** Answers when the first job began. */
  private static long begin(Run run, int jobs) throws Exception {
    run.rest();
    run.product().caller().ask("bulk", 2, jobs);
    run.product().worker().resetTally();
    run.work();
    return run.awaitFirstStart();
  }

  private static void crash(Run run, int jobs, Report report) throws Exception {
    var product = run.product();
    begin(run, jobs);
    run.awaitHandled(jobs / 2);
    long killed = System.nanoTime();
    product.worker().kill();
    long left = jobs - run.done(jobs);
    product.replaceWorker();
    long replaced = System.nanoTime();
    long done = run.awaitCompleted(jobs);
    var figures = report.figures();
    figures.add("drained", "jobs", product.name(), jobs);
    figures.add("left when the worker was killed", "jobs", product.name(), left);
    figures.add("run twice", "jobs", product.name(), product.worker().tally() - jobs);
    figures.add("until a new process was up", "s", product.name(), (replaced - killed) / 1e9);
    figures.add("until all jobs were done", "s", product.name(), (done - killed) / 1e9);
  }
}
