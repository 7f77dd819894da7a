package dev.offstage.e2e;

import dev.offstage.e2e.handler.ScriptHandler;
import dev.offstage.servers.Link;
import dev.offstage.servers.PostgresServer;
import dev.offstage.servers.RabbitServer;
import dev.offstage.servers.RedisServer;
import dev.offstage.servers.Server;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestWatcher;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/**
 * Offstage as it is deployed: one ingest, two workers and a scheduler, each a process of its own,
 * on servers of their own. One for all tests of this JVM; before each test everything that an
 * earlier one killed is started again, after a failed one the logs are shown.
 */
final class Cluster implements BeforeEachCallback, TestWatcher {
  private static @Nullable Cluster shared;
  private static @Nullable Cluster faulty;

  /** The one whose processes may run now: the machine is small. */
  private static @Nullable Cluster current;

  final PostgresServer postgres;
  final RabbitServer rabbit;
  final RedisServer redis;
  final App ingest;
  final List<App> workers;
  final App scheduler;

  private final Issuer issuer;
  private final Path directory;
  private final List<Link> links = new ArrayList<>();

  /** What a single test had besides; gone before the next. */
  private final List<App> besides = new ArrayList<>();

  static synchronized Cluster shared() {
    if (shared == null) {
      shared = new Cluster(false);
    }
    return shared;
  }

  /**
   * For tests of faults: leases of a few seconds, wires that can be cut, and workers that also have
   * the handlers of {@code dev.offstage.e2e.handler}.
   */
  static synchronized Cluster faulty() {
    if (faulty == null) {
      faulty = new Cluster(true);
    }
    return faulty;
  }

  private Cluster(boolean forFaults) {
    directory = freshDirectory();
    postgres = new PostgresServer(directory.resolve("postgres"), 0);
    rabbit = new RabbitServer(directory.resolve("rabbit"), 0);
    redis = new RedisServer(directory.resolve("redis"), 0);
    takeOver();
    servers().parallel().forEach(Server::start);
    postgres.ensureDatabase("offstage");
    issuer = new Issuer(directory);
    ingest = new App("ingest", "api-ingest", directory, ingestProperties(forFaults));
    var launch = forFaults ? scripted() : App.Launch.PLAIN;
    workers =
        Stream.of("worker-a", "worker-b")
            .map(name -> new App(name, "workers", directory, properties(forFaults), launch))
            .toList();
    scheduler = new App("scheduler", "scheduler", directory, properties(forFaults));
    Runtime.getRuntime().addShutdownHook(new Thread(() -> apps().forEach(App::kill9)));
  }

  private Map<String, String> ingestProperties(boolean forFaults) {
    var properties = new HashMap<>(properties(forFaults));
    properties.putAll(issuer.properties());
    properties.put("offstage.ingest.jobs.owner-kinds", "e2e.");
    properties.put(
        "offstage.urls.signing-key",
        Base64.getEncoder().encodeToString(UUID.randomUUID().toString().getBytes()));
    return properties;
  }

  /**
   * A further application, for one test; not launched yet.
   *
   * @param overrides of the properties that the others have
   * @param environment of its process
   */
  App another(
      String name, String module, Map<String, String> overrides, Map<String, String> environment) {
    var properties = module.equals("api-ingest") ? ingestProperties(true) : properties(true);
    var all = new HashMap<>(properties);
    all.putAll(overrides);
    var plain = module.equals("workers") ? scripted() : App.Launch.PLAIN;
    var launch = new App.Launch(plain.jvm(), environment);
    var app = new App(name, module, directory, all, launch);
    besides.add(app);
    return app;
  }

  private App.Launch scripted() {
    try {
      Files.createDirectories(diaries());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    var jar = HandlerJar.of(directory.resolve("handlers.jar"), ScriptHandler.class);
    return new App.Launch(
        List.of("-Dloader.path=" + jar, "-D" + ScriptHandler.DIARIES + "=" + diaries()), Map.of());
  }

  /** Where the scripted handlers write down what they ran. */
  Path diaries() {
    return directory.resolve("diaries");
  }

  Path directory() {
    return directory;
  }

  private static Path freshDirectory() {
    try {
      var parent = Files.createDirectories(Path.of("target", "cluster").toAbsolutePath());
      return Files.createTempDirectory(parent, "");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Map<String, String> properties(boolean forFaults) {
    var properties = new HashMap<String, String>();
    properties.put("spring.data.redis.url", redis.url());
    properties.put("offstage.worker.diagnostics.enabled", "true");
    properties.put("offstage.blob.directory", directory.resolve("blobs").toString());
    if (forFaults) {
      var toPostgres = link(postgres.port());
      var toRabbit = link(rabbit.port());
      properties.put(
          "spring.datasource.url",
          postgres.url("offstage").replace(":" + postgres.port(), ":" + toPostgres.port()));
      properties.put(
          "spring.rabbitmq.addresses",
          rabbit.uri().replace(":" + rabbit.port(), ":" + toRabbit.port()));
      properties.put("offstage.worker.lease.length", "4s");
      properties.put("offstage.worker.lease.heartbeat", "1s");
      properties.put("offstage.rescue.every", "500ms");
      properties.put("offstage.batch.parts", "workers");
    } else {
      properties.put("spring.datasource.url", postgres.url("offstage"));
      properties.put("spring.rabbitmq.addresses", rabbit.uri());
    }
    return properties;
  }

  private Link link(int port) {
    var link = new Link(port);
    links.add(link);
    return link;
  }

  /** Cuts every connection between the applications and PostgreSQL and RabbitMQ. */
  int cutLinks() {
    return links.stream().mapToInt(Link::cut).sum();
  }

  /** One more worker; whoever asks for it ends it. */
  App worker(String name, String... jvmOptions) {
    var launch = new App.Launch(List.of(jvmOptions), Map.of());
    return new App(name, "workers", directory, properties(false), launch);
  }

  private Stream<Server> servers() {
    return Stream.of(postgres, rabbit, redis);
  }

  private Stream<App> apps() {
    return Stream.of(Stream.of(ingest, scheduler), workers.stream(), besides.stream())
        .flatMap(each -> each);
  }

  /** Ends what another cluster of this JVM runs. */
  private void takeOver() {
    synchronized (Cluster.class) {
      if (current != null && current != this) {
        current.apps().forEach(App::kill9);
        current.servers().forEach(Server::stop);
      }
      current = this;
    }
  }

  @Override
  public void beforeEach(ExtensionContext context) {
    takeOver();
    besides.forEach(App::kill9);
    besides.clear();
    servers().forEach(Server::start);
    workers.get(1).kill9();
    launch(ingest, workers.getFirst(), scheduler);
  }

  /** Makes sure that they run. */
  void launch(App... apps) {
    Stream.of(apps).forEach(App::launch);
    Stream.of(apps).forEach(App::awaitReady);
  }

  @Override
  public void testFailed(ExtensionContext context, @Nullable Throwable cause) {
    System.err.println("=== " + context.getDisplayName() + " failed; what the processes said:");
    apps().map(App::lastOutput).forEach(System.err::println);
  }

  /** The public API as one of the app's users sees it. */
  Api as(String owner) {
    return new Api(ingest.base(), issuer.token(owner));
  }

  String token(String owner) {
    return issuer.token(owner);
  }

  /** PostgreSQL, as an operator sees it. */
  JdbcClient db() {
    return JdbcClient.create(new DriverManagerDataSource(postgres.url("offstage")));
  }

  /** Which of the processes claimed the job last. */
  Optional<App> workerOf(UUID job) {
    return db().sql("select w.pid from job j join worker w on w.id = j.worker where j.id = ?")
        .param(job)
        .query(Long.class)
        .optional()
        .flatMap(pid -> apps().filter(w -> w.isRunning() && w.pid() == pid).findFirst());
  }
}
