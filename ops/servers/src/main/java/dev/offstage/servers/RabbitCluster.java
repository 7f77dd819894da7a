package dev.offstage.servers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * Three private RabbitMQ nodes that are one cluster: what a single machine has of high
 * availability, for tests that kill one of them.
 */
public final class RabbitCluster implements AutoCloseable {
  private static final List<String> NAMES = List.of("one", "two", "three");

  private final List<RabbitServer> nodes;
  private final Process mapper;

  /**
   * Starts the nodes and joins them.
   *
   * @param directory its own; made if missing
   */
  public RabbitCluster(Path directory) {
    // The nodes' own port mapper would be one of theirs, and die with it.
    int mapperPort = Ports.free();
    this.mapper = startMapper(mapperPort);
    this.nodes =
        NAMES.stream()
            .map(name -> new RabbitServer(directory.resolve(name), name, mapperPort, NAMES))
            .toList();
    shareSecrets();
    nodes.parallelStream().forEach(Server::start);
  }

  /** One password, for clients and, as Erlang's cookie, between the nodes. */
  private void shareSecrets() {
    try {
      var password = nodes.getFirst().password();
      for (var node : nodes) {
        Server.writePrivately(node.directory().resolve("password"), password);
        Server.writePrivately(node.directory().resolve(".erlang.cookie"), password);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Process startMapper(int mapperPort) {
    try {
      return new ProcessBuilder(
              "epmd", "-address", "127.0.0.1", "-port", Integer.toString(mapperPort))
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public List<RabbitServer> nodes() {
    return nodes;
  }

  /** For {@code spring.rabbitmq.addresses}: all of them. */
  public String uris() {
    return nodes.stream().map(RabbitServer::uri).collect(Collectors.joining(","));
  }

  /** The node that leads a quorum queue. */
  public RabbitServer leaderOf(String queue) {
    var running = nodes.stream().filter(Server::isRunning).findFirst().orElseThrow();
    return running
        .control("-q", "list_queues", "--no-table-headers", "name", "leader")
        .lines()
        .map(line -> line.split("\\s+"))
        .filter(columns -> columns.length == 2 && columns[0].equals(queue))
        .flatMap(columns -> nodes.stream().filter(node -> node.nodeName().equals(columns[1])))
        .findFirst()
        .orElseThrow();
  }

  @Override
  public void close() {
    nodes.parallelStream().forEach(Server::stop);
    mapper.destroy();
    try {
      if (!mapper.waitFor(5, TimeUnit.SECONDS)) {
        mapper.destroyForcibly();
      }
    } catch (InterruptedException e) {
      mapper.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
