package dev.offstage.bench.command;

import dev.offstage.bench.contender.Offstage;
import dev.offstage.bench.contender.Run;
import dev.offstage.bench.contender.Usage;
import dev.offstage.bench.report.Figures;
import dev.offstage.bench.report.Report;
import dev.offstage.bench.report.Spread;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code ops/bench soak}. */
@Command(
    name = "ops/bench soak",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Runs at a share of the highest load, and says what grows meanwhile: the second quarter of"
          + " the",
      "time beside the last one."
    })
public final class Soak implements Callable<Integer> {
  private static final int CALLERS = 16;
  private static final double TOLERANCE = 0.15;
  private static final int QUARTERS = 4;

  @Option(names = "--minutes", description = "how long (30; quick: 1)")
  private @Nullable Integer minutes;

  @Option(names = "--load", defaultValue = "70", description = "in percent (${DEFAULT-VALUE})")
  private int load;

  @Option(names = "--sample", description = "seconds from one sample to the next (15; quick: 3)")
  private @Nullable Integer sample;

  @Mixin private Options options = new Options();

  /** What is sampled, in the order of the table, each with all samples. */
  private final Map<String, List<Double>> samples = new LinkedHashMap<>();

  @Override
  public Integer call() throws Exception {
    var report = new Report("soak");
    try (var offstage = new Offstage(options.place(), options.properties())) {
      var run = new Run(offstage);
      int rate = (int) (highest(run) * load / 100);
      run.beginIdle();
      soak(run, offstage, rate);
      report.note(
          "%d jobs/s, which is %d %% of the highest rate of %d callers, for %d s."
              .formatted(rate, load, CALLERS, seconds()));
      judge(report.figures());
      report.attach("samples", samples, "");
    }
    options.finish(report);
    return 0;
  }

  private int seconds() {
    return (int) TimeUnit.MINUTES.toSeconds(options.orElse(minutes, 30, 1));
  }

  /**
   * Jobs a second from enqueue to completion, with nothing to hold them back: a JVM gets faster for
   * minutes, and 70 % of a cold one's highest rate is no load for a warm one.
   */
  private double highest(Run run) throws Exception {
    double best = 0;
    for (int round = 0; round < (options.isQuick() ? 3 : 10); round++) {
      run.beginIdle();
      long from = System.nanoTime();
      long jobs =
          Long.parseLong(
              run.product().caller().ask("enqueue", CALLERS, options.isQuick() ? 1_000 : 5_000)[0]);
      best = Math.max(best, jobs / ((run.awaitDone(jobs) - from) / 1e9));
    }
    Options.say("the highest rate: " + Spread.number(best) + " jobs/s");
    return best;
  }

  private void soak(Run run, Offstage offstage, int rate) throws Exception {
    int each = options.orElse(sample, 15, 3);
    int jobs = Math.max(1, rate * each);
    long enqueued = 0;
    for (int n = 0; n < seconds() / each; n++) {
      run.product().worker().ask("forget");
      long from = System.nanoTime();
      run.product().caller().ask("paced", jobs, (int) (each * 1e6 / jobs));
      double took = (System.nanoTime() - from) / 1e9;
      enqueued += jobs;
      long handled = run.handled();
      take("throughput, jobs/s", handled / took);
      var waits = run.product().worker().ask("waits");
      take("pick-up p50, ms", Long.parseLong(waits[0]) / 1e6);
      take("pick-up p99, ms", Long.parseLong(waits[1]) / 1e6);
      for (var jvm : offstage.processes()) {
        take("memory of " + jvm.name() + ", MiB", jvm.residentMebibytes());
      }
      take("memory of RabbitMQ, MiB", Usage.brokerMebibytes());
      take("table, bytes a job", offstage.bytes("table") / enqueued);
      take("indexes, bytes a job", offstage.bytes("indexes") / enqueued);
      take("dead rows, rows a job", offstage.deadRows() / enqueued);
      Options.say("%d s: %s".formatted((n + 1) * each, last()));
    }
    run.awaitNoneLeft(enqueued);
  }

  private void take(String what, double value) {
    samples.computeIfAbsent(what, name -> new ArrayList<>()).add(value);
  }

  private String last() {
    var parts = new ArrayList<String>();
    samples.forEach((what, values) -> parts.add(what + " " + Spread.number(values.getLast())));
    return String.join("; ", parts);
  }

  private void judge(Figures figures) {
    samples.forEach(
        (what, values) -> {
          int at = what.lastIndexOf(", ");
          var figure = what.substring(0, at);
          var unit = what.substring(at + 2);
          int quarter = Math.max(1, values.size() / QUARTERS);
          var early =
              values.subList(
                  Math.min(quarter, values.size() - 1), Math.min(2 * quarter, values.size()));
          var late = values.subList(values.size() - quarter, values.size());
          early.forEach(value -> figures.add(figure, unit, "second quarter", value));
          late.forEach(value -> figures.add(figure, unit, "last quarter", value));
          double before = Spread.of(early).median();
          double after = Spread.of(late).median();
          figures.expect(
              figure,
              unit,
              Math.abs(after - before) <= TOLERANCE * before
                  ? "flat"
                  : after < before ? "falls" : "grows");
        });
  }
}
