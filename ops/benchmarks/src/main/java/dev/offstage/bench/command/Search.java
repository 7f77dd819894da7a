package dev.offstage.bench.command;

import dev.offstage.bench.contender.Contender;
import dev.offstage.bench.contender.Database;
import dev.offstage.bench.contender.Deployment;
import dev.offstage.bench.contender.Figure;
import dev.offstage.bench.contender.JobQueue;
import dev.offstage.bench.contender.Jvm;
import dev.offstage.bench.contender.Ledger;
import dev.offstage.bench.contender.Offstage;
import dev.offstage.bench.contender.Scale;
import dev.offstage.bench.contender.Variant;
import dev.offstage.bench.http.HttpConnection;
import dev.offstage.bench.report.Report;
import dev.offstage.bench.search.Corpus;
import dev.offstage.bench.search.Indexes;
import dev.offstage.bench.search.Question;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code ops/bench search}. */
@Command(
    name = "ops/bench search",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Searches many jobs over the API by each filter, one request after the other, as a large, a"
          + " middling and a small tenant; then measures what the indexes for it add to a job's"
          + " life, with and without them in turn."
    })
public final class Search implements Callable<Integer> {
  private static final List<String> TENANTS = List.of("tenant-0", "tenant-20", "tenant-190");
  private static final List<Figure> LIFE =
      List.of(Figure.ENQUEUE_BULK, Figure.DRAIN, Figure.END_TO_END_16);
  private static final String LIFE_WITH = "a job's life";
  private static final String EXPECTED = "under 300";
  private static final int SECONDS = 3;

  @Option(names = "--jobs", description = "how many there are (10000000; quick: 100000)")
  private @Nullable Integer jobs;

  @Option(names = "--requests", description = "for each filter (300; quick: 30)")
  private @Nullable Integer requests;

  @Option(
      names = "--rounds",
      description = "for what the indexes cost, after one to warm up (5; quick: 1); 0: not at all")
  private @Nullable Integer rounds;

  @Mixin private Options options = new Options();

  @Override
  public Integer call() throws Exception {
    var report = new Report("search");
    search(report);
    int counted = options.orElse(rounds, 5, 1);
    if (counted > 0) {
      measureLife(report, counted);
    }
    options.finish(report);
    return 0;
  }

  private void search(Report report) throws Exception {
    int many = options.orElse(jobs, 10_000_000, 100_000);
    var deployment = Deployment.create(options.place(), options.properties());
    try (var ingest = deployment.startIngest();
        var database = deployment.database()) {
      Options.say("making " + many + " jobs");
      long from = System.nanoTime();
      new Corpus(database).load(many);
      long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - from);
      report.note(
          "%,d jobs, made in %d s; they take %s with %s of indexes."
              .formatted(many, seconds, size(database, "table"), size(database, "indexes")));
      ask(ingest, now(database), report);
    }
  }

  private static Instant now(Database database) throws SQLException {
    return Instant.ofEpochSecond(
        Long.parseLong(database.ask("select floor(extract(epoch from now()))::bigint")));
  }

  private static String size(Database database, String what) throws SQLException {
    return database.ask(
        "select pg_size_pretty(sum(pg_%s_size(relid))) from pg_partition_tree('job')"
            .formatted(what));
  }

  private void ask(Jvm ingest, Instant now, Report report) throws IOException {
    int each = options.orElse(requests, 300, 30);
    var connections = new ArrayList<HttpConnection>();
    int port = Integer.parseInt(ingest.ask("port")[0]);
    for (var tenant : TENANTS) {
      connections.add(new HttpConnection(port, ingest.ask("key", tenant)[0]));
    }
    for (var question : Question.all(now)) {
      var random = new Random(1);
      measure(
          question.title(),
          each,
          connections,
          connection -> connection.get("/v1/jobs?" + question.filter().with(random)),
          report);
    }
    measure("page after page", each, connections, new Pages(), report);
    measure("counts", each, connections, connection -> connection.get("/v1/jobs/counts"), report);
    connections.forEach(HttpConnection::close);
  }

  private interface Request {
    HttpConnection.Answer send(HttpConnection connection) throws IOException;
  }

  /** One page after the other, all tenants' in turn; from the first again after the last. */
  private static final class Pages implements Request {
    private static final String NEXT = "\"next\":\"";
    private final Map<HttpConnection, String> next = new HashMap<>();

    @Override
    public HttpConnection.Answer send(HttpConnection connection) throws IOException {
      var answer = connection.get(next.getOrDefault(connection, "/v1/jobs?state=completed"));
      var text = answer.text();
      int at = text.lastIndexOf(NEXT);
      if (at < 0) {
        next.remove(connection);
      } else {
        int from = at + NEXT.length();
        next.put(connection, text.substring(from, text.indexOf('"', from)));
      }
      return answer;
    }
  }

  private static void measure(
      String title, int each, List<HttpConnection> connections, Request request, Report report)
      throws IOException {
    var times = new Histogram(3);
    for (int n = -connections.size(); n < each; n++) {
      var connection = connections.get(Math.floorMod(n, connections.size()));
      long from = System.nanoTime();
      request.send(connection).mustBe(200);
      if (n >= 0) { // before that, plans are made and pages read for the first time
        times.recordValue(System.nanoTime() - from);
      }
    }
    var table = report.figures("GET /v1/jobs by");
    for (var percentile : List.of(50, 95)) {
      double millis = times.getValueAtPercentile(percentile) / 1e6;
      table.add(title, "ms", "p" + percentile, millis);
    }
    table.add(title, "ms", "most", times.getMaxValue() / 1e6);
    table.expect(title, "ms", "p95 " + EXPECTED);
    Options.say("%s: p95 %.1f ms".formatted(title, times.getValueAtPercentile(95) / 1e6));
  }

  private void measureLife(Report report, int counted) throws Exception {
    var offstage = Offstage.thatMayBeFrozen(options.place(), options.properties());
    var scale = new Scale(options.isQuick() ? 1_000 : SECONDS * 1_000, new Scale.History(0, 0), 0);
    try (var ledger = new Ledger();
        var queue = new JobQueue(offstage, scale)) {
      var indexes = Indexes.ofSearch(offstage.database());
      var contenders =
          List.<Contender>of(
              variant("with the indexes", queue, offstage, indexes::create, false),
              variant("without", queue, offstage, indexes::drop, false),
              variant("with, owner and tags", queue, offstage, indexes::create, true),
              variant("without, owner and tags", queue, offstage, indexes::drop, true));
      new Rounds(
              contenders,
              ledger,
              (figure, contender, measurement, cost) ->
                  measurement.addTo(report.figures(LIFE_WITH), figure.title(), contender.name()))
          .run(LIFE, 1, counted);
      report.compare(LIFE_WITH, "with the indexes");
    }
  }

  private static Variant variant(
      String name,
      Contender queue,
      Offstage offstage,
      Variant.Preparation indexes,
      boolean labelled) {
    return new Variant(
        name,
        queue,
        () -> {
          offstage.rest();
          offstage.clear();
          indexes.run();
          offstage.caller().ask("shape", "bench.work", 1, 0, 0, labelled);
        });
  }
}
