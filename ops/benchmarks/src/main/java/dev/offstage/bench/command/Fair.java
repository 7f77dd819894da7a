package dev.offstage.bench.command;

import dev.offstage.bench.contender.Contender;
import dev.offstage.bench.contender.Figure;
import dev.offstage.bench.contender.JobQueue;
import dev.offstage.bench.contender.Ledger;
import dev.offstage.bench.contender.Measurement;
import dev.offstage.bench.contender.Offstage;
import dev.offstage.bench.contender.Product;
import dev.offstage.bench.contender.Run;
import dev.offstage.bench.contender.Scale;
import dev.offstage.bench.contender.Variant;
import dev.offstage.bench.report.Report;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code ops/bench fair}. */
@Command(
    name = "ops/bench fair",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "How long a hundred tenants with one job each wait, alone and behind a flood of another's;",
      "and what sharing out between tenants, and concurrency keys, cost in jobs a second."
    })
public final class Fair implements Callable<Integer> {
  private static final int GUESTS = 100;
  private static final int BETWEEN_MICROS = 2_000;
  private static final int UNDER_WAY = 1_000;
  private static final long PATIENCE = Duration.ofMinutes(3).toNanos();
  private static final long POLL = Duration.ofMillis(5).toNanos();
  private static final String PLAIN = "one tenant";

  @Option(names = "--flood", description = "one tenant's waiting jobs (500000; quick: 20000)")
  private @Nullable Integer flood;

  @Option(names = "--rounds", description = "after one to warm up (5; quick: 1)")
  private @Nullable Integer rounds;

  @Option(names = "--seconds", description = "how long a drain takes, about (3; quick: 1)")
  private @Nullable Integer seconds;

  @Mixin private Options options = new Options();

  @Override
  public Integer call() throws Exception {
    var report = new Report("fair");
    int counted = options.orElse(rounds, 5, 1);
    int jobs = options.orElse(flood, 500_000, 20_000);
    var offstage = Offstage.thatMayBeFrozen(options.place(), options.properties());
    var scale = new Scale(options.orElse(seconds, 3, 1) * 1_000, new Scale.History(0, 0), 0);
    try (var ledger = new Ledger();
        var queue = new JobQueue(offstage, scale)) {
      new Rounds(
              variants(queue, offstage),
              ledger,
              (figure, contender, measurement, cost) ->
                  measurement.addTo(report.figures(), figure.title(), contender.name()))
          .run(List.of(Figure.DRAIN, Figure.END_TO_END_16), 1, counted);
      for (var jvm : queue.processes()) {
        jvm.thaw();
      }
      for (int round = 0; round <= counted; round++) {
        wait(new Run(offstage), round, jobs, report);
      }
    }
    report.compare(PLAIN);
    report.figures().expect(Figure.DRAIN.title(), Measurement.RATE, "80 % of one tenant's");
    report.note("A hundred tenants come with a job each, one every 2 ms; the flood: " + jobs + ".");
    options.finish(report);
    return 0;
  }

  private static List<Contender> variants(Contender queue, Offstage offstage) {
    return List.of(
        shaped(PLAIN, queue, offstage, 1, 0, 0),
        shaped("a hundred tenants", queue, offstage, GUESTS, 0, 0),
        shaped("a hundred keys with room", queue, offstage, 1, GUESTS, 1_000),
        shaped("a hundred keys, two at once", queue, offstage, 1, GUESTS, 2));
  }

  private static Contender shaped(
      String name, Contender queue, Offstage offstage, int tenants, int keys, int limit) {
    return new Variant(
        name,
        queue,
        () -> offstage.caller().ask("shape", "bench.work", tenants, keys, limit, false));
  }

  /** A round; the first warms up. */
  private static void wait(Run run, int round, int flood, Report report) throws Exception {
    run.beginIdle();
    guests(run); // until these are through, tickets of the last flood are still counted on
    var alone = guests(run);
    run.rest();
    var offstage = (Offstage) run.product();
    offstage.caller().ask("shape", "bench.work", 1, 0, 0, false);
    offstage.caller().ask("bulk", 1, 1);
    offstage.copy(Product.Stage.DUE, Map.of("tenant", "'flood'"), flood - 1);
    run.work();
    run.awaitHandled(Math.min(UNDER_WAY, flood / 2));
    var behind = guests(run);
    boolean flooded = offstage.anyLeft();
    offstage.rest();
    offstage.clear();
    Options.say(
        "round %d: alone %s, behind the flood %s%s"
            .formatted(
                round,
                alone.values(),
                behind.values(),
                flooded ? "" : " (which was over before: take a larger one)"));
    if (round > 0) {
      var table = report.figures("wait of a tenant's only job");
      alone.addTo(table, "a hundred tenants", "alone");
      behind.addTo(table, "a hundred tenants", "behind the flood");
    }
  }

  /** How long a hundred tenants wait, with one job each. */
  private static Measurement guests(Run run) throws IOException {
    var caller = run.product().caller();
    var worker = run.product().worker();
    worker.ask("guest-forget");
    caller.ask("shape", "bench.guest", GUESTS, 0, 0, false);
    caller.ask("paced", GUESTS, BETWEEN_MICROS);
    long until = System.nanoTime() + PATIENCE;
    while (Integer.parseInt(worker.ask("guest-handled")[0]) < GUESTS) {
      if (System.nanoTime() > until) {
        throw new IllegalStateException("the hundred tenants' jobs have not been run");
      }
      LockSupport.parkNanos(POLL);
    }
    return Measurement.waits(worker.ask("guest-waits"));
  }
}
