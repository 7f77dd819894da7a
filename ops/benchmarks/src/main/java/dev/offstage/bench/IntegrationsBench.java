package dev.offstage.bench;

import com.sun.net.httpserver.HttpServer;
import dev.offstage.bench.report.Report;
import dev.offstage.servers.Servers;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Deliveries a second to local receivers, ten destinations that all answer, and the same with one
 * of the ten black-holed: it takes connections and never answers. Then the worker's heap with
 * 100,000 jobs waiting for a destination that is shut. Rounds take turns; the rate is that of the
 * nine that answer in both, from the moment when the pool is opened until the last of theirs has
 * arrived.
 */
final class IntegrationsBench {
  private static final int RECEIVERS = 10;
  private static final int ROUNDS = 3;
  private static final int WAITING = 100_000;
  private static final String RATE = "to the nine that always answer";
  private static final String WELL = "all answer";
  private static final String HOLED = "the tenth black-holed";
  private static final Path WORK = Path.of("ops/benchmarks/target/integrations");

  private IntegrationsBench() {}

  public static void main(String[] arguments) {
    Launch.run(new Integrations(), arguments);
  }

  @Command(
      name = "ops/bench integrations",
      mixinStandardHelpOptions = true,
      description = "Deliveries to ten destinations, and the same with one of them black-holed.")
  private static final class Integrations implements Callable<Integer> {
    @Option(names = "--json", description = "writes all figures to that file")
    private @Nullable Path json;

    @Option(names = "--each", description = "deliveries to each destination: ${DEFAULT-VALUE}")
    private int each = 1_000;

    @Override
    public Integer call() throws Exception {
      Files.createDirectories(WORK);
      var report = new Report("integrations");
      try (var receivers = new Receivers();
          var hole = new ServerSocket(0, 1_000, InetAddress.getLoopbackAddress());
          var server = new Server()) {
        for (int round = 0; round <= ROUNDS; round++) {
          double well = deliver(server, receivers, each, receivers.ports.getLast());
          double holed = deliver(server, receivers, each, hole.getLocalPort());
          if (round > 0) { // the first warms up
            report.figures().add(RATE, "deliveries/s", WELL, well);
            report.figures().add(RATE, "deliveries/s", HOLED, holed);
          }
          server.ask("forget");
        }
        heap(server, hole.getLocalPort(), report);
      }
      report.compare(HOLED);
      report.finish(json);
      return 0;
    }
  }

  private static void heap(Server server, int shut, Report report) throws IOException {
    server.ask("shut " + shut);
    double before = Long.parseLong(server.ask("heap")) / 1e6;
    server.ask("enqueue " + shut + " " + WAITING);
    server.ask("settle " + shut + " " + WAITING);
    double after = Long.parseLong(server.ask("heap")) / 1e6;
    var heap = report.figures("the worker's memory");
    heap.add("heap in use", "MB", "with nobody waiting", before);
    heap.add("heap in use", "MB", "with 100,000 waiting", after);
  }

  /** Enqueues for all ten while the pool is paused, opens it, and waits for what the nine get. */
  private static double deliver(Server server, Receivers receivers, int each, int tenth)
      throws Exception {
    server.ask("pause");
    for (int port : receivers.ports.subList(0, RECEIVERS - 1)) {
      server.ask("enqueue " + port + " " + each);
    }
    server.ask("enqueue " + tenth + " " + each);
    receivers.arrived.drainPermits();
    long from = System.nanoTime();
    server.ask("resume");
    receivers.arrived.acquire((RECEIVERS - 1) * each);
    double rate = (RECEIVERS - 1) * each / ((System.nanoTime() - from) / 1e9);
    if (receivers.ports.contains(tenth)) {
      receivers.tenth.acquire(each);
    }
    return rate;
  }

  /** Ten servers that say 204. */
  private static final class Receivers implements AutoCloseable {
    private final Semaphore arrived = new Semaphore(0);
    private final Semaphore tenth = new Semaphore(0);
    private final List<HttpServer> servers = new ArrayList<>();
    private final List<Integer> ports;

    Receivers() throws IOException {
      for (int n = 0; n < RECEIVERS; n++) {
        var count = n < RECEIVERS - 1 ? arrived : tenth;
        var server =
            HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1_000);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext(
            "/",
            exchange -> {
              exchange.getRequestBody().readAllBytes();
              exchange.sendResponseHeaders(204, -1);
              exchange.close();
              count.release();
            });
        server.start();
        servers.add(server);
      }
      ports = servers.stream().map(server -> server.getAddress().getPort()).toList();
    }

    @Override
    public void close() {
      servers.forEach(server -> server.stop(0));
    }
  }

  /** The worker and the scheduler, in a process of their own, asked line by line. */
  private static final class Server implements AutoCloseable {
    private final Process process;
    private final BufferedReader answers;
    private final BufferedWriter questions;

    Server() throws IOException {
      process =
          new ProcessBuilder(command()).redirectError(ProcessBuilder.Redirect.INHERIT).start();
      Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
      answers = process.inputReader(StandardCharsets.UTF_8);
      questions = process.outputWriter(StandardCharsets.UTF_8);
      answer();
    }

    private static List<String> command() throws IOException {
      var command =
          new ArrayList<>(
              List.of(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-Xmx256m",
                  "--enable-native-access=ALL-UNNAMED",
                  "-cp",
                  System.getProperty("java.class.path"),
                  IntegrationsServer.class.getName(),
                  "--spring.main.web-application-type=none",
                  "--logging.level.root=error",
                  "--offstage.outbound.allowed-hosts=127.0.0.1",
                  "--offstage.blob.directory=" + Files.createTempDirectory(WORK, "blobs")));
      Servers.shared()
          .springProperties(true, true)
          .forEach((name, value) -> command.add("--" + name + "=" + value));
      return command;
    }

    String ask(String question) throws IOException {
      questions.write(question + "\n");
      questions.flush();
      return answer();
    }

    private String answer() throws IOException {
      for (var line = answers.readLine(); line != null; line = answers.readLine()) {
        if (line.startsWith("OK ")) {
          return line.substring(3);
        }
      }
      throw new IOException("the worker ended (expected: an answer)");
    }

    @Override
    public void close() {
      process.destroy();
    }
  }
}
