package dev.offstage.bench;

import dev.offstage.bench.agent.EventsNode;
import dev.offstage.bench.contender.Jvm;
import dev.offstage.bench.contender.Workplace;
import dev.offstage.bench.events.BareCopy;
import dev.offstage.bench.events.EventLoad;
import dev.offstage.bench.report.Report;
import dev.offstage.servers.Servers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Events a second into PostgreSQL, from the queue and from HTTP in batches of 100, beside a bare
 * COPY of the same rows into an identical table, in turn; the time to accept at half that load; and
 * memory while far more comes than can be written. Each of ours is a process of its own; load,
 * servers and all share this machine.
 */
final class EventsBench {
  private static final String OURS = "Offstage";
  private static final String QUEUE = "from the queue";
  private static final String HTTP = "from HTTP, until all is written";
  private static final String RATE = "events/s";
  private static final String MEMORY = "peak memory";
  private static final Path WORK = Path.of("ops/benchmarks/target/events");

  private final long events;
  private final int rounds;
  private final String database = Servers.shared().postgresUrl();
  private final List<String> properties;
  private final Workplace place = new Workplace(WORK, null);
  private final Report report = new Report("events");

  private EventsBench(long events, int rounds, int writers) throws IOException {
    this.events = events;
    this.rounds = rounds;
    this.properties = properties(writers);
  }

  public static void main(String[] arguments) {
    Launch.run(new Events(), arguments);
  }

  @Command(
      name = "ops/bench events",
      mixinStandardHelpOptions = true,
      description = "Events a second into PostgreSQL, beside a bare COPY of the same rows.")
  private static final class Events implements Callable<Integer> {
    @Option(names = "--events", description = "how many a round (300000; quick: 50000)")
    private @Nullable Long events;

    @Option(names = "--rounds", description = "of each (3; quick: 1)")
    private @Nullable Integer rounds;

    @Option(
        names = "--writers",
        defaultValue = "2",
        description = "transactions of the worker at once (default: ${DEFAULT-VALUE})")
    private int writers;

    @Option(names = "--quick", description = "a short look, at a small scale")
    private boolean quick;

    @Option(names = "--json", description = "writes all figures to that file")
    private @Nullable Path json;

    @Override
    public Integer call() throws Exception {
      var bench =
          new EventsBench(
              events == null ? (quick ? 50_000 : 300_000) : events,
              rounds == null ? (quick ? 1 : 3) : rounds,
              writers);
      bench.run();
      bench.expect();
      bench.report.compare(OURS);
      bench.report.finish(json);
      return 0;
    }
  }

  private List<String> properties(int writers) throws IOException {
    var all = new ArrayList<String>();
    all.add("--server.port=0");
    all.add("--management.server.port=0");
    all.add("--offstage.blob.directory=" + Files.createTempDirectory("events-bench"));
    all.add("--offstage.urls.signing-key=MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=");
    all.add("--offstage.ingest.events.rate=100000000");
    all.add("--offstage.worker.analytics.writers=" + writers);
    all.add("--spring.datasource.url=" + database);
    all.add("--spring.rabbitmq.addresses=" + Servers.shared().rabbitUri());
    all.add("--spring.data.redis.url=" + Servers.shared().redisUri());
    return all;
  }

  private void run() throws Exception {
    try (var ingest = Jvm.start(place, "ingest", EventsNode.class, properties);
        var worker = Jvm.start(place, "events-worker", EventsNode.class, properties)) {
      var load = load(ingest.ask("ingest"));
      load.flood(Math.min(events, 50_000));
      worker.ask("worker");
      awaitQuiet(worker);
      for (int round = 1; round <= rounds; round++) {
        double queue = fromQueue(load, worker);
        double bare = new BareCopy(database, 2).measure();
        double one = new BareCopy(database, 1).measure();
        report.figures().add(QUEUE, RATE, OURS, queue);
        report.figures().add(QUEUE, RATE, "bare COPY", bare);
        report.figures().add(QUEUE, RATE, "bare COPY, one connection", one);
      }
      double http = 0;
      for (int round = 1; round <= rounds; round++) {
        http = Math.max(http, fromHttp(load, worker));
      }
      latency(load, http / 2);
      awaitQuiet(worker);
      report.figures(MEMORY).add("ingest", "MiB", OURS, ingest.peakMebibytes());
      report.figures(MEMORY).add("worker", "MiB", OURS, worker.peakMebibytes());
      worker.ask("stop");
      memory();
    }
  }

  private void expect() {
    report.figures().expect(QUEUE, RATE, "50 % of the bare COPY");
    report.figures().expect(HTTP, RATE, "25,000");
  }

  private EventLoad load(String[] portAndKey) {
    return new EventLoad(Integer.parseInt(portAndKey[0]), portAndKey[1]);
  }

  /** What waits in the queue when the worker starts. */
  private double fromQueue(EventLoad load, Jvm worker) throws Exception {
    worker.ask("stop");
    forget();
    var sent = load.flood(events);
    worker.ask("worker");
    // From the first commits on, so that the start of the worker is none of it.
    long first = awaitWritten(worker, events / 10);
    long from = System.nanoTime();
    long last = awaitWritten(worker, sent.accepted());
    double rate = (last - first) / ((System.nanoTime() - from) / 1e9);
    report.figures().add("accepted over HTTP, nobody writing", RATE, OURS, sent.rate());
    return rate;
  }

  private double fromHttp(EventLoad load, Jvm worker) throws Exception {
    forget();
    long before = Long.parseLong(worker.ask("written")[0]);
    long from = System.nanoTime();
    var sent = load.flood(events);
    awaitWritten(worker, before + sent.accepted());
    double rate = sent.accepted() / ((System.nanoTime() - from) / 1e9);
    report.figures().add(HTTP, RATE, OURS, rate);
    return rate;
  }

  private void latency(EventLoad load, double perSecond) throws InterruptedException {
    var sent = load.paced(Math.min(events, (long) (perSecond * 20)), perSecond);
    report.note("Accept times are at %,.0f events/s.".formatted(perSecond));
    report.figures("at half that load").add("accept p50", "ms", OURS, sent.p50() / 1e6);
    report.figures("at half that load").add("accept p99", "ms", OURS, sent.p99() / 1e6);
  }

  /** Nobody writes at all, the queue may be shallow, and phones send as fast as they can. */
  private void memory() throws Exception {
    var shallow = new ArrayList<>(properties);
    shallow.add("--offstage.ingest.events.max-queued=500");
    try (var ingest = Jvm.start(place, "flooded-ingest", EventsNode.class, shallow)) {
      var load = load(ingest.ask("ingest"));
      long accepted = 0;
      long refused = 0;
      var resident = new ArrayList<Long>();
      for (int tenth = 0; tenth < 10; tenth++) {
        var sent = load.flood(events / 5);
        accepted += sent.accepted();
        refused += sent.refused();
        resident.add(ingest.residentMebibytes());
      }
      report.note(
          "Flood with nobody writing: %,d events accepted, %,d requests told to come again; the ingest's resident MiB after each tenth: %s."
              .formatted(accepted, refused, resident));
    }
  }

  private static long awaitWritten(Jvm worker, long events) throws IOException {
    long written = Long.parseLong(worker.ask("written")[0]);
    while (written < events) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
      written = Long.parseLong(worker.ask("written")[0]);
    }
    return written;
  }

  private static void awaitQuiet(Jvm worker) throws IOException {
    long before = -1;
    for (long now = 0; now != before; now = Long.parseLong(worker.ask("written")[0])) {
      before = now;
      LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(2));
    }
  }

  private void forget() throws SQLException {
    try (var connection = DriverManager.getConnection(database);
        var statement = connection.createStatement()) {
      statement.execute(
          "truncate event, event_seen, event_user, event_device, event_session, event_identity,"
              + " event_dirty, event_onward_mark");
      statement.execute("checkpoint");
    }
  }
}
