package dev.offstage.bench;

import com.sun.net.httpserver.HttpServer;
import dev.offstage.bench.report.Report;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Deliveries a second to local receivers, ten destinations that all answer, and the same with one
 * of the ten black-holed: it takes connections and never answers. Once as webhooks, once as calls.
 * Then the worker's heap with 100,000 jobs waiting for a destination that is shut. Rounds take
 * turns; the rate is that of the nine that answer in both, from the first of theirs that arrives to
 * the last.
 */
final class IntegrationsBench {
  private static final int RECEIVERS = 10;
  private static final String WELL = "all answer";
  private static final String HOLED = "the tenth black-holed";
  private static final String SHARE = "of the rate with all ten";
  private static final Path WORK = Path.of("ops/benchmarks/target/integrations");

  /** A bench that hears nothing for so long has to say so. */
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private IntegrationsBench() {}

  public static void main(String[] arguments) {
    Launch.run(new Integrations(), arguments);
  }

  @Command(
      name = "ops/bench integrations",
      mixinStandardHelpOptions = true,
      sortOptions = false,
      description = "Deliveries to ten destinations, and the same with one of them black-holed.")
  private static final class Integrations implements Callable<Integer> {
    @Option(names = "--quick", description = "a short look, at a small scale")
    private boolean quick;

    @Option(names = "--each", description = "deliveries to each destination (500; quick: 100)")
    private @Nullable Integer each;

    @Option(names = "--rounds", description = "after one to warm up (3; quick: 1)")
    private @Nullable Integer rounds;

    @Option(names = "--waiting", description = "jobs that wait (100000; quick: 5000)")
    private @Nullable Integer waiting;

    @Option(names = "--json", description = "writes all figures to that file")
    private @Nullable Path json;

    @Override
    public Integer call() throws Exception {
      Files.createDirectories(WORK);
      var report = new Report("integrations");
      try (var receivers = new Receivers();
          var server = new IntegrationsProcess(WORK)) {
        say("servers, a worker and the scheduler are up");
        for (var kind : List.of("webhooks", "calls")) {
          rounds(server, receivers, kind, report);
        }
        heap(server, orElse(waiting, 100_000, 5_000), report);
      }
      report.finish(json);
      return 0;
    }

    private int orElse(@Nullable Integer asked, int whole, int quickly) {
      return asked != null ? asked : quick ? quickly : whole;
    }

    private void rounds(IntegrationsProcess server, Receivers receivers, String kind, Report report)
        throws Exception {
      int count = orElse(each, 500, 100);
      int last = orElse(rounds, 3, 1);
      var rates = report.figures("to the nine that always answer");
      var shares = report.figures("the nine's rate with the tenth black-holed");
      shares.expect(kind, "%", "at least 90");
      for (int round = 0; round <= last; round++) {
        var load = new Round(server, receivers, kind, count);
        double well = load.deliver(receivers.ports.getLast());
        double holed;
        try (var hole = new Hole()) { // a new one, which no circuit knows yet
          holed = load.deliver(hole.port());
        }
        load.forget();
        say(
            "%s, round %d of %d%s: %.0f a second, %.0f with the tenth black-holed"
                .formatted(kind, round, last, round == 0 ? " (warm-up)" : "", well, holed));
        if (round > 0) {
          rates.add(kind, "deliveries/s", WELL, well);
          rates.add(kind, "deliveries/s", HOLED, holed);
          shares.add(kind, "%", SHARE, 100 * holed / well);
        }
      }
    }
  }

  private static void say(String line) {
    System.err.println(line);
  }

  private static void heap(IntegrationsProcess server, int waiting, Report report)
      throws Exception {
    var nowhere = "1"; // it is shut: nobody calls it
    server.ask("shut " + nowhere);
    double before = Long.parseLong(server.ask("heap")) / 1e6;
    say("heap in use with nobody waiting: %.1f MB; enqueueing %d".formatted(before, waiting));
    server.ask("calls " + nowhere + " " + waiting);
    var quiet = new Quiet(server);
    for (long there = 0; there < waiting; ) {
      Quiet.rest();
      there = Long.parseLong(server.ask("waiting " + nowhere));
      quiet.heard(there, "%d of %d wait at the gate".formatted(there, waiting));
    }
    double after = Long.parseLong(server.ask("heap")) / 1e6;
    var heap = report.figures("the worker's and the scheduler's heap in use");
    heap.add("nobody waits", "MB", "after a collection", before);
    heap.add("%,d wait".formatted(waiting), "MB", "after a collection", after);
    heap.expect("%,d wait".formatted(waiting), "MB", "flat: at most 10 more");
  }

  /** One load: so many deliveries for each of ten. */
  private record Round(IntegrationsProcess server, Receivers receivers, String kind, int each) {

    /** Enqueues for all ten while the pool is paused, opens it, and waits for what they get. */
    double deliver(int tenth) throws Exception {
      server.ask("pause");
      for (int port : receivers.ports.subList(0, RECEIVERS - 1)) {
        server.ask(kind + " " + port + " " + each);
      }
      server.ask(kind + " " + tenth + " " + each);
      receivers.begin((RECEIVERS - 1L) * each);
      server.ask("resume");
      var quiet = new Quiet(server);
      boolean answers = receivers.ports.contains(tenth);
      long all = (RECEIVERS - 1L) * each;
      while (receivers.nine.get() < all || (answers && receivers.tenth.get() < each)) {
        Quiet.rest();
        quiet.heard(
            receivers.nine.get() + receivers.tenth.get(),
            "%s: %d of %d delivered to the nine".formatted(kind, receivers.nine.get(), all));
      }
      return (all - 1) / ((receivers.last - receivers.first) / 1e9);
    }

    /** What was for the black hole expires. */
    void forget() throws Exception {
      var quiet = new Quiet(server);
      for (long left = 1; left > 0; Quiet.rest()) {
        left = Long.parseLong(server.ask("forget"));
        quiet.heard(-left, "%d are still to expire".formatted(left));
      }
    }
  }

  /** Tells every few seconds how far it is, and gives up when it is not getting on. */
  private static final class Quiet {
    private static final Duration TELL = Duration.ofSeconds(5);

    private final IntegrationsProcess server;
    private long value = Long.MIN_VALUE;
    private long heardAt = System.nanoTime();
    private long toldAt = System.nanoTime();

    Quiet(IntegrationsProcess server) {
      this.server = server;
    }

    static void rest() throws InterruptedException {
      var unused = new CountDownLatch(1).await(50, TimeUnit.MILLISECONDS);
    }

    void heard(long now, String line) throws IOException {
      long time = System.nanoTime();
      if (now != value) {
        value = now;
        heardAt = time;
      } else if (time - heardAt > PATIENCE.toNanos()) {
        throw new IOException(
            "%s, and no further for %s (expected: all); there are %s"
                .formatted(line, PATIENCE, server.ask("why")));
      }
      if (time - toldAt > TELL.toNanos()) {
        toldAt = time;
        say(line);
      }
    }
  }

  /** Ten servers that say 204. */
  private static final class Receivers implements AutoCloseable {
    private final AtomicLong nine = new AtomicLong();
    private final AtomicLong tenth = new AtomicLong();
    private final List<HttpServer> servers = new ArrayList<>();
    private final List<Integer> ports;
    private volatile long all;
    private volatile long first;
    private volatile long last;

    Receivers() throws IOException {
      for (int n = 0; n < RECEIVERS; n++) {
        boolean ofNine = n < RECEIVERS - 1;
        var server =
            HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1_000);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext(
            "/",
            exchange -> {
              exchange.getRequestBody().readAllBytes();
              exchange.sendResponseHeaders(204, -1);
              exchange.close();
              if (ofNine) {
                arrived();
              } else {
                tenth.incrementAndGet();
              }
            });
        server.start();
        servers.add(server);
      }
      ports = servers.stream().map(server -> server.getAddress().getPort()).toList();
    }

    void begin(long expected) {
      all = expected;
      nine.set(0);
      tenth.set(0);
    }

    private void arrived() {
      long now = System.nanoTime();
      long count = nine.incrementAndGet();
      if (count == 1) {
        first = now;
      }
      if (count == all) {
        last = System.nanoTime();
      }
    }

    @Override
    public void close() {
      servers.forEach(server -> server.stop(0));
    }
  }

  /** Takes connections and never answers. Lets go of them when it is closed. */
  private static final class Hole implements AutoCloseable {
    private final ServerSocket server =
        new ServerSocket(0, 1_000, InetAddress.getLoopbackAddress());
    private final Queue<Socket> held = new ConcurrentLinkedQueue<>();

    Hole() throws IOException {
      Thread.ofVirtual().start(this::hold);
    }

    private void hold() {
      while (!server.isClosed()) {
        try {
          held.add(server.accept());
        } catch (IOException e) {
          return; // closed
        }
      }
    }

    int port() {
      return server.getLocalPort();
    }

    @Override
    public void close() throws IOException {
      server.close();
      for (var socket : held) {
        socket.close();
      }
    }
  }
}
