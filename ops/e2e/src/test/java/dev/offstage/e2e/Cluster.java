package dev.offstage.e2e;

import dev.offstage.servers.PostgresServer;
import dev.offstage.servers.RabbitServer;
import dev.offstage.servers.RedisServer;
import dev.offstage.servers.Server;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
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

  final PostgresServer postgres;
  final RabbitServer rabbit;
  final RedisServer redis;
  final App ingest;
  final List<App> workers;
  final App scheduler;

  private final Path directory;
  private final Issuer issuer;

  static synchronized Cluster shared() {
    if (shared == null) {
      shared = new Cluster();
    }
    return shared;
  }

  private Cluster() {
    directory = freshDirectory();
    postgres = new PostgresServer(directory.resolve("postgres"), 0);
    rabbit = new RabbitServer(directory.resolve("rabbit"), 0);
    redis = new RedisServer(directory.resolve("redis"), 0);
    servers().parallel().forEach(Server::start);
    postgres.ensureDatabase("offstage");
    issuer = new Issuer(directory);
    var common = commonProperties();
    var forIngest = new HashMap<>(common);
    forIngest.putAll(issuer.properties());
    forIngest.put(
        "offstage.urls.signing-key",
        Base64.getEncoder().encodeToString(UUID.randomUUID().toString().getBytes()));
    ingest = new App("ingest", "api-ingest", directory, forIngest);
    workers =
        Stream.of("worker-a", "worker-b")
            .map(name -> new App(name, "workers", directory, common))
            .toList();
    scheduler = new App("scheduler", "scheduler", directory, common);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> apps().forEach(App::kill9)));
  }

  private static Path freshDirectory() {
    try {
      var parent = Files.createDirectories(Path.of("target", "cluster").toAbsolutePath());
      return Files.createTempDirectory(parent, "");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Map<String, String> commonProperties() {
    return Map.of(
        "spring.datasource.url",
        postgres.url("offstage"),
        "spring.rabbitmq.addresses",
        rabbit.uri(),
        "spring.data.redis.url",
        redis.url(),
        "offstage.worker.diagnostics.enabled",
        "true",
        "offstage.blob.directory",
        directory.resolve("blobs").toString());
  }

  /** One more worker; whoever asks for it ends it. */
  App worker(String name, String... jvmOptions) {
    return new App(name, "workers", directory, commonProperties(), jvmOptions);
  }

  private Stream<Server> servers() {
    return Stream.of(postgres, rabbit, redis);
  }

  private Stream<App> apps() {
    return Stream.concat(Stream.of(ingest, scheduler), workers.stream());
  }

  @Override
  public void beforeEach(ExtensionContext context) {
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
        .flatMap(pid -> workers.stream().filter(w -> w.isRunning() && w.pid() == pid).findFirst());
  }
}
