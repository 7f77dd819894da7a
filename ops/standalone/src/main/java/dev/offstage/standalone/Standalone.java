package dev.offstage.standalone;

import dev.offstage.ingest.auth.ApiKeys;
import dev.offstage.ingest.auth.Tenants;
import dev.offstage.operator.OperatorTokens;
import dev.offstage.operator.Operators;
import dev.offstage.operator.Passwords;
import dev.offstage.scheduler.batch.Batches;
import dev.offstage.servers.DirectoryLock;
import dev.offstage.servers.PortInUseException;
import dev.offstage.servers.Ports;
import dev.offstage.servers.ShutdownHook;
import dev.offstage.standalone.demo.Api;
import dev.offstage.standalone.demo.Demo;
import dev.offstage.standalone.demo.EventsDemo;
import dev.offstage.standalone.demo.EventsReport;
import dev.offstage.standalone.demo.RollupDemo;
import dev.offstage.standalone.demo.Screen;
import dev.offstage.standalone.demo.Webhooks;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import org.springframework.context.ConfigurableApplicationContext;
import tools.jackson.databind.json.JsonMapper;

/** {@code ops/run}: starts everything, shows it, and stays up until Ctrl-C. */
public final class Standalone {
  private static final String TENANT = "demo";
  private static final String USER = "demo-user";

  private final Options options;
  private final Path root;
  private final Screen screen;
  private final PrivateServers servers;
  private final DirectoryLock lock;

  private Standalone(Options options, Path root, Screen screen) throws IOException {
    this.options = options;
    this.lock = lock(options);
    this.root = root;
    this.screen = screen;
    this.servers = new PrivateServers(options);
  }

  /** Takes the arguments of {@code ops/run}; {@code offstage.root} is the project's directory. */
  public static void main(String[] args) {
    var console = System.console();
    var screen =
        new Screen(
            new PrintStream(System.out, true, StandardCharsets.UTF_8),
            console != null && console.isTerminal());
    var root = Path.of(System.getProperty("offstage.root", ".")).toAbsolutePath().normalize();
    try {
      var options = Options.parse(args, root.resolve(".offstage"));
      new Standalone(options, root, screen).run();
    } catch (UsageException e) {
      fail(2, e.getMessage() + "\nSee ops/run --help.");
    } catch (PortInUseException e) {
      fail(1, e.getMessage() + ".\n" + wayOut(flag(e)));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException | RuntimeException e) {
      fail(1, String.valueOf(e.getMessage()));
    }
  }

  private static void fail(int status, String message) {
    System.err.println("ops/run: " + message.indent(2).strip());
    System.exit(status);
  }

  private static Options.Port flag(PortInUseException e) {
    return Options.Port.valueOf(e.server().toUpperCase(Locale.ROOT));
  }

  private static String wayOut(Options.Port port) {
    return "Stop that program, or move this port: ops/run %s PORT (0 for any free one)."
        .formatted(port.flag());
  }

  private static DirectoryLock lock(Options options) throws IOException {
    return DirectoryLock.tryTake(options.data())
        .orElseThrow(
            () ->
                new UsageException(
                    """
                    another ops/run is already using %s.
                    Stop it first, or give this one a place and ports of its own:
                    ops/run --data DIR --api-port 0 --ops-port 0 --console-port 0 --postgres-port 0 \
                    --rabbitmq-port 0 --redis-port 0\
                    """
                        .formatted(options.data())));
  }

  private void run() throws IOException, InterruptedException {
    if (options.readyFile() != null) {
      Files.deleteIfExists(options.readyFile());
    }
    expectFree(Options.Port.API);
    expectFree(Options.Port.OPS);
    expectFree(Options.Port.CONSOLE);
    screen.say("Starting servers of our own; their data is in %s", options.data());
    servers.start(screen);
    screen.say("Starting Offstage");
    long from = System.nanoTime();
    var issuer = Issuer.in(options.data().resolve("issuer"));
    var webhooks = new Webhooks(); // a port of its own, which the applications must know
    var context = startApplications(issuer, webhooks);
    screen.say("  up after %.1f s", (System.nanoTime() - from) / 1e9);
    var operator =
        FirstOperator.ensure(
            options.data(),
            context.getBean(Operators.class),
            context.getBean(OperatorTokens.class),
            context.getBean(Passwords.class));
    var ready = bootstrap(context, issuer, operator);
    announce(ready, operator);
    if (options.readyFile() != null) {
      PrivateFile.write(
          options.readyFile(), JsonMapper.builder().build().writeValueAsString(ready) + "\n");
    }
    if (options.demo()) {
      demo(ready, webhooks, context);
    }
    screen.say("");
    screen.say("Offstage stays up until Ctrl-C.");
  }

  private void expectFree(Options.Port port) {
    int number = options.port(port);
    if (!Ports.isFree(number)) {
      throw new UsageException(
          "port %d is in use by another program.\n%s".formatted(number, wayOut(port)));
    }
  }

  private ConfigurableApplicationContext startApplications(Issuer issuer, Webhooks webhooks)
      throws IOException {
    try {
      var context = Applications.start(options, servers, issuer, TENANT, webhooks.host());
      ShutdownHook.before(
          () -> {
            screen.say("");
            screen.say("Stopping ...");
            context.close();
          });
      ShutdownHook.after(this::stopped);
      return context;
    } catch (RuntimeException e) {
      throw new IllegalStateException(
          "the applications did not start: %s\nTheir log: %s"
              .formatted(rootCause(e), Applications.logFile(options)),
          e);
    }
  }

  private void stopped() {
    try {
      lock.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    screen.say("Stopped.");
  }

  private static String rootCause(Throwable thrown) {
    var cause = thrown;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    return String.valueOf(cause.getMessage());
  }

  private Ready bootstrap(
      ConfigurableApplicationContext context, Issuer issuer, FirstOperator operator)
      throws IOException, InterruptedException {
    var api = "http://%s:%d".formatted(reachable(options.listen()), options.port(Options.Port.API));
    var tenants = context.getBean(Tenants.class);
    tenants.ensure(TENANT, "Demo");
    var credentials =
        Credentials.ensure(
            options.data(), URI.create(api), TENANT, tenants, context.getBean(ApiKeys.class));
    // Where ops/offstage looks.
    PrivateFile.write(options.data().resolve("database-url"), servers.postgresUrl());
    return new Ready(
        api,
        "http://127.0.0.1:" + options.port(Options.Port.OPS),
        "http://127.0.0.1:" + options.port(Options.Port.CONSOLE),
        operator.token(),
        credentials.apiKey(),
        issuer.token(USER, context.getBean(InstantSource.class).instant()),
        credentials.writeKey(),
        servers.postgresUrl(),
        servers.rabbitUri(),
        servers.redisUrl());
  }

  /** Where this machine reaches what listens on all of its addresses. */
  private static String reachable(String listen) {
    return listen.equals("0.0.0.0") || listen.equals("::") ? "127.0.0.1" : listen;
  }

  private void announce(Ready ready, FirstOperator operator) {
    screen.say("");
    screen.say("API          %s", ready.api());
    screen.say("  uploads    %s/files  (tus 1.0)", ready.api());
    screen.say("  events     %s/v1  (Segment's tracking API, with the write key)", ready.api());
    screen.say("  inspector  %s/inspector  (with the API key)", ready.api());
    screen.say("  OpenAPI    %s/v3/api-docs", ready.api());
    screen.say("Operators    %s/ops", ready.console());
    screen.say("  log in     %s, password %s", operator.name(), operator.password());
    screen.say("  runs       %s/dashboard  (JobRunr's, after the log-in)", ready.console());
    screen.say("  health     %s/actuator/health", ready.ops());
    screen.say("  metrics    %s/actuator/prometheus", ready.ops());
    screen.say("  commands   ops/offstage --help");
    screen.say("Log          %s", Applications.logFile(options));
    screen.say("API key      %s", ready.apiKey());
    screen.say("Write key    %s", ready.writeKey());
    screen.say("User token   %s", ready.token());
  }

  private void demo(Ready ready, Webhooks webhooks, ConfigurableApplicationContext context)
      throws IOException, InterruptedException {
    var now = context.getBean(InstantSource.class).instant();
    var files =
        options.files().isEmpty()
            ? List.of(root.resolve("ops/samples/phone.jpg"))
            : options.files();
    screen.say("");
    screen.say(
        "Sending %s as an app would", files.size() == 1 ? "a file" : files.size() + " files");
    try (var backend = new Api(URI.create(ready.api()), ready.apiKey());
        var api = new Api(URI.create(ready.api()), ready.token())) {
      webhooks.register(backend);
      new Demo(api, webhooks, screen).run(files);
      if (options.files().isEmpty()) {
        int events = new EventsDemo(api, ready.writeKey(), screen).run(now);
        var today = now.atOffset(ZoneOffset.UTC).toLocalDate();
        report(ready, today, events);
        new RollupDemo(context.getBean(Batches.class), screen).run(TENANT, today, ready.console());
      }
    }
  }

  private void report(Ready ready, LocalDate today, int events) throws InterruptedException {
    try (var api = new Api(URI.create(ready.api()), ready.apiKey())) {
      new EventsReport(api, screen).show(today, events);
    } catch (IOException e) {
      screen.say("  failed: %s", String.valueOf(e.getMessage()));
    }
  }
}
