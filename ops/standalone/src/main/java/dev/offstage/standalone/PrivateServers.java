package dev.offstage.standalone;

import dev.offstage.servers.PostgresServer;
import dev.offstage.servers.RabbitServer;
import dev.offstage.servers.RedisServer;
import dev.offstage.servers.Server;
import dev.offstage.standalone.demo.Screen;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** PostgreSQL, RabbitMQ and Redis of this run, and how the applications reach them. */
final class PrivateServers {
  private static final String DATABASE = "offstage";

  private final PostgresServer postgres;
  private final RabbitServer rabbit;
  private final RedisServer redis;

  PrivateServers(Options options) {
    var data = options.data();
    postgres = new PostgresServer(data.resolve("postgres"), options.port(Options.Port.POSTGRES));
    rabbit = new RabbitServer(data.resolve("rabbitmq"), options.port(Options.Port.RABBITMQ));
    redis = new RedisServer(data.resolve("redis"), options.port(Options.Port.REDIS));
  }

  /**
   * Starts them side by side. They stop when this JVM does.
   *
   * @throws RuntimeException of the first that failed
   */
  void start(Screen screen) {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var starts =
          List.<Server>of(postgres, rabbit, redis).stream()
              .map(server -> CompletableFuture.runAsync(() -> start(server, screen), threads))
              .toList();
      starts.forEach(CompletableFuture::join);
    } catch (CompletionException e) {
      throw e.getCause() instanceof RuntimeException cause ? cause : e;
    }
    postgres.ensureDatabase(DATABASE);
  }

  private static void start(Server server, Screen screen) {
    long from = System.nanoTime();
    server.start();
    var took = Duration.ofNanos(System.nanoTime() - from);
    screen.say(
        "  %-9s on port %d after %.1f s", server.name(), server.port(), took.toMillis() / 1e3);
  }

  /** JDBC URL with user and password. */
  String postgresUrl() {
    return postgres.url(DATABASE);
  }

  String rabbitUri() {
    return rabbit.uri();
  }

  String redisUrl() {
    return redis.url();
  }

  Map<String, String> springProperties() {
    return Map.of(
        "spring.datasource.url", postgresUrl(),
        "spring.rabbitmq.addresses", rabbitUri(),
        "spring.data.redis.url", redisUrl());
  }
}
