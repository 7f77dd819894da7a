package dev.offstage.bench.command;

import dev.offstage.bench.contender.Jvm;
import dev.offstage.bench.contender.Ledger;
import dev.offstage.bench.contender.Offstage;
import dev.offstage.bench.contender.Probe;
import dev.offstage.bench.report.Report;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code ops/bench idle}. */
@Command(
    name = "ops/bench idle",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "What a system costs that has nothing to do: ingest, scheduler and worker after some jobs,",
      "with what PostgreSQL, RabbitMQ and Redis use for them."
    })
public final class Idle implements Callable<Integer> {
  private static final int MILLIS = 1_000;

  @Option(names = "--seconds", description = "how long to look (60; quick: 10)")
  private @Nullable Integer seconds;

  @Option(names = "--settle", description = "seconds to wait before that (30; quick: 5)")
  private @Nullable Integer settle;

  @Mixin private Options options = new Options();

  @Override
  public Integer call() throws Exception {
    var report = new Report("idle");
    try (var ledger = new Ledger();
        var offstage = new Offstage(options.place(), options.properties());
        var ingest = offstage.deployment().startIngest()) {
      offstage.caller().ask("enqueue", 4, MILLIS);
      offstage.caller().close(); // it is the bench's, and no part of the system
      pause(options.orElse(settle, 30, 5));
      look(offstage, List.of(ingest, offstage.scheduler(), offstage.worker()), ledger, report);
    }
    options.finish(report);
    return 0;
  }

  private void look(Offstage offstage, List<Jvm> processes, Ledger ledger, Report report)
      throws Exception {
    int window = options.orElse(seconds, 60, 10);
    var probe = new Probe(processes, ledger);
    probe.open();
    long before = offstage.queries();
    pause(window);
    long queries = offstage.queries() - before;
    probe.close(window); // so that what is told of a job is told of a second
    report.figures().add("queries", "a second", "idle", (double) queries / window);
    probe
        .cost()
        .micros()
        .forEach(
            (process, micros) ->
                report.figures().add("CPU of " + process, "% of a core", "idle", micros / 1e4));
    for (var jvm : processes) {
      report.figures().add("memory of " + jvm.name(), "MiB", "idle", jvm.residentMebibytes());
    }
    report.figures().add("WAL", "bytes a second", "idle", probe.cost().walBytes());
    report.note(
        "%d s of nothing to do, %d s after the last job; a query is a transaction, of which each has one or a few."
            .formatted(window, options.orElse(settle, 30, 5)));
  }

  private static void pause(int seconds) {
    long until = System.nanoTime() + Duration.ofSeconds(seconds).toNanos();
    for (long left = 1; left > 0; left = until - System.nanoTime()) {
      LockSupport.parkNanos(Math.min(left, TimeUnit.SECONDS.toNanos(1)));
    }
  }
}
