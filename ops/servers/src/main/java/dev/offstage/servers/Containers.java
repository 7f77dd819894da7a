package dev.offstage.servers;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.testcontainers.containers.ContainerFetchException;
import org.testcontainers.containers.ContainerLaunchException;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.postgresql.PostgreSQLContainer;
import org.testcontainers.rabbitmq.RabbitMQContainer;
import org.testcontainers.utility.DockerImageName;

/** The servers from Docker, where it answers. The one home of Testcontainers. */
final class Containers {
  private static final Logger log = LoggerFactory.getLogger(Containers.class);

  private Containers() {}

  static Optional<String> postgres() {
    return started("PostgreSQL", Containers::startPostgres);
  }

  static Optional<TestRabbit> rabbit() {
    return started("RabbitMQ", Containers::startRabbit);
  }

  static Optional<String> redis() {
    return started("Redis", Containers::startRedis);
  }

  private static String startPostgres() {
    var container =
        run(
            new PostgreSQLContainer(DockerImageName.parse("postgres:18"))
                .withCommand("postgres", "-c", "max_connections=400"));
    return "jdbc:postgresql://%s:%d/postgres?user=%s&password=%s"
        .formatted(
            container.getHost(),
            container.getMappedPort(5432),
            container.getUsername(),
            container.getPassword());
  }

  private static TestRabbit startRabbit() {
    var container = run(new RabbitMQContainer(DockerImageName.parse("rabbitmq:3-management")));
    Function<String, String> add =
        name -> {
          control(container, "add_vhost", name);
          control(container, "set_permissions", "-p", name, "guest", ".*", ".*", ".*");
          return uri(container) + "/" + name;
        };
    return new TestRabbit(new TestRabbit.VirtualHosts(uri(container), add));
  }

  private static String uri(RabbitMQContainer container) {
    return "amqp://%s:%s@%s:%d"
        .formatted(
            container.getAdminUsername(),
            container.getAdminPassword(),
            container.getHost(),
            container.getAmqpPort());
  }

  private static void control(RabbitMQContainer container, String... arguments) {
    var command = new ArrayList<>(List.of("rabbitmqctl"));
    command.addAll(List.of(arguments));
    try {
      var result = container.execInContainer(command.toArray(String[]::new));
      if (result.getExitCode() != 0) {
        throw new ServerFailedException(String.join(" ", command) + ": " + result);
      }
    } catch (IOException e) {
      throw new ServerFailedException(String.join(" ", command) + ": " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ServerFailedException("interrupted while rabbitmqctl ran", e);
    }
  }

  private static String startRedis() {
    var container =
        run(new GenericContainer<>(DockerImageName.parse("redis:7")).withExposedPorts(6379));
    return "redis://%s:%d".formatted(container.getHost(), container.getMappedPort(6379));
  }

  private static <C extends GenericContainer<?>> C run(C container) {
    container.start();
    ShutdownHook.after(container::stop);
    return container;
  }

  /** An image that cannot be had is said, and the next source is tried. */
  private static <T> Optional<T> started(String server, Supplier<T> start) {
    if (!dockerAnswers()) {
      return Optional.empty();
    }
    try {
      return Optional.of(start.get());
    } catch (ContainerLaunchException | ContainerFetchException | IllegalStateException e) {
      log.warn("Docker answers but gives no {}: {}", server, e.getMessage());
      return Optional.empty();
    }
  }

  private static boolean dockerAnswers() {
    @Nullable String host = System.getenv("DOCKER_HOST");
    if (host != null && !host.startsWith("unix://")) {
      return true;
    }
    var socket =
        Path.of(host == null ? "/var/run/docker.sock" : host.substring("unix://".length()));
    try (var channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      return channel.connect(UnixDomainSocketAddress.of(socket));
    } catch (IOException e) {
      return false;
    }
  }
}
