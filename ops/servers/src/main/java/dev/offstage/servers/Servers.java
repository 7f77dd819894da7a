package dev.offstage.servers;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The servers of this JVM's tests. Each is started when it is first asked for and stopped when the
 * JVM ends.
 *
 * <p>Each comes from the first of these that holds: a URL in the environment ({@code
 * OFFSTAGE_TEST_POSTGRES}, {@code OFFSTAGE_TEST_RABBITMQ}, {@code OFFSTAGE_TEST_REDIS}); Docker,
 * through Testcontainers; programs on this machine.
 */
public final class Servers {
  private static final Servers SHARED = new Servers();

  private @Nullable TestPostgres postgres;
  private @Nullable TestRabbit rabbit;
  private @Nullable String redis;
  private int databases;

  private Servers() {}

  public static Servers shared() {
    return SHARED;
  }

  /** JDBC URL, with user and password, of a database that was made, empty, for this call. */
  public synchronized String postgresUrl() {
    if (postgres == null) {
      postgres = TestPostgres.start();
    }
    var name = "test_%d_%d".formatted(ProcessHandle.current().pid(), ++databases);
    return postgres.fresh(name);
  }

  /**
   * AMQP URI, with user and password, of a virtual host that was made, empty, for this call; where
   * the broker was given by the environment, of what was given.
   */
  public synchronized String rabbitUri() {
    if (rabbit == null) {
      rabbit = TestRabbit.start();
    }
    return rabbit.fresh();
  }

  /** The same Redis for every call. */
  public synchronized String redisUri() {
    if (redis == null) {
      redis = startRedis();
    }
    return redis;
  }

  /**
   * What connects a Spring Boot application to a fresh database and, where asked for, a fresh
   * virtual host and Redis. One that is not asked for is configured to a port where nobody listens,
   * so that a test never reaches a server that happens to run on this machine.
   */
  public Map<String, String> springProperties(boolean rabbit, boolean redis) {
    var properties = new LinkedHashMap<String, String>();
    properties.put("spring.datasource.url", postgresUrl());
    properties.put(
        "spring.rabbitmq.addresses", rabbit ? rabbitUri() : "amqp://nobody:none@127.0.0.1:1");
    properties.put("spring.data.redis.url", redis ? redisUri() : "redis://127.0.0.1:1");
    return properties;
  }

  private static String startRedis() {
    @Nullable String given = System.getenv("OFFSTAGE_TEST_REDIS");
    if (given != null) {
      return given;
    }
    return Containers.redis().orElseGet(Servers::redisOfThisMachine);
  }

  private static String redisOfThisMachine() {
    var server = new RedisServer(TestDirectory.get().resolve("redis"), 0);
    server.start();
    return server.url();
  }

  static ServerFailedException notFound(String server, String variable) {
    return new ServerFailedException(
        """
        no %s for the tests. Ways out: give one by its URL in %s; or start Docker, so that \
        Testcontainers can run one; or, on Linux, install it on this machine\
        """
            .formatted(server, variable));
  }
}
