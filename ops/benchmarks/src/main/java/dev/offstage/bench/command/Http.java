package dev.offstage.bench.command;

import dev.offstage.bench.agent.HttpLoad;
import dev.offstage.bench.contender.Deployment;
import dev.offstage.bench.contender.Jvm;
import dev.offstage.bench.contender.Measurement;
import dev.offstage.bench.report.Figures;
import dev.offstage.bench.report.Report;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code ops/bench http}. */
@Command(
    name = "ops/bench http",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "POST /v1/jobs over 1, 16 and 256 connections: the highest rate, and how long requests take",
      "at half of that, counted from when each was to be sent; and the bulk route. The ingest API",
      "alone: no worker, no scheduler."
    })
public final class Http implements Callable<Integer> {
  private static final List<Integer> CONNECTIONS = List.of(1, 16, 256);
  private static final List<Integer> BULK = List.of(1, 4);
  private static final int ITEMS = 10_000;
  private static final String TRUNCATE = "truncate job, job_count, job_count_delta";

  @Option(names = "--rounds", description = "after one to warm up (5; quick: 1)")
  private @Nullable Integer rounds;

  @Option(names = "--seconds", description = "how long a measurement takes (10; quick: 2)")
  private @Nullable Integer seconds;

  @Mixin private Options options = new Options();

  @Override
  public Integer call() throws Exception {
    var report = new Report("http");
    int counted = options.orElse(rounds, 5, 1);
    var deployment = Deployment.create(options.place(), options.properties());
    try (var database = deployment.database();
        var ingest = deployment.startIngest();
        var load =
            Jvm.start(
                options.place(),
                "load",
                HttpLoad.class,
                List.of(ingest.ask("port")[0], ingest.ask("key")[0]))) {
      for (int round = 0; round <= counted; round++) {
        // What the first comes to is thrown away.
        var into = round == 0 ? new Report("warm-up") : report;
        for (int connections : CONNECTIONS) {
          database.execute(TRUNCATE);
          single(connections, ingest, load, into);
        }
        for (int connections : BULK) {
          database.execute(TRUNCATE);
          bulk(connections, ingest, load, into);
        }
        Options.say("round " + round + " of " + counted + " is done");
      }
      report.figures("memory of").add("the ingest API", "MiB", "most", ingest.peakMebibytes());
    }
    report.note("The bulk route: requests of " + ITEMS + " items, NDJSON.");
    options.finish(report);
    return 0;
  }

  private int millis() {
    return (int) TimeUnit.SECONDS.toMillis(options.orElse(seconds, 10, 2));
  }

  private void single(int connections, Jvm ingest, Jvm load, Report report) throws IOException {
    var title = "POST /v1/jobs";
    var column = connections == 1 ? "1 connection" : connections + " connections";
    var peak = numbers(load.ask("peak", connections, millis()));
    double rate = peak[0] / (peak[1] / 1e9);
    report.figures().add(title, "requests/s", column, rate);
    long before = ingest.residentMebibytes();
    var steady = numbers(load.ask("steady", connections, millis(), Math.max(1, (int) (rate / 2))));
    waits(steady[1], steady[2]).addTo(report.figures(), title + " at half of that", column);
    memory(report, title + ", " + column, before, ingest);
  }

  private void bulk(int connections, Jvm ingest, Jvm load, Report report) throws IOException {
    var title = "POST /v1/jobs:batch";
    var column = connections == 1 ? "1 connection" : connections + " connections";
    long before = ingest.residentMebibytes();
    var answer = numbers(load.ask("bulk", connections, millis(), ITEMS));
    report.figures().add(title, "items/s", column, answer[0] / (answer[1] / 1e9));
    waits(answer[2], answer[3]).addTo(report.figures(), title, column);
    memory(report, title + ", " + column, before, ingest);
  }

  private static Measurement waits(long p50, long p99) {
    return Measurement.waits(new String[] {Long.toString(p50), Long.toString(p99)});
  }

  private static void memory(Report report, String title, long before, Jvm ingest) {
    Figures table = report.figures("memory of the ingest API, resident");
    table.add(title, "MiB", "before", before);
    table.add(title, "MiB", "after", ingest.residentMebibytes());
  }

  private static long[] numbers(String[] words) {
    return Arrays.stream(words).mapToLong(Long::parseLong).toArray();
  }
}
