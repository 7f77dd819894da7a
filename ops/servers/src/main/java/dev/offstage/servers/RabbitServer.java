package dev.offstage.servers;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A private RabbitMQ node of the package that is installed on this machine. It shares nothing with
 * the machine's own node: it has its own name, cookie, port mapper (epmd), configuration and data.
 */
public final class RabbitServer extends Server {
  /** The real scripts; the wrappers on the PATH would switch to the package's own user. */
  /** Its schedulers shall not spin for work on cores that they share with everything else here. */
  private static final String NO_BUSY_WAIT = "+sbwt none +sbwtdcpu none +sbwtdio none";

  private static final Path PROGRAMS = Path.of("/usr/lib/rabbitmq/bin");

  private static final String USER = "offstage";

  private final int mapperPort;
  private final int nodesPort = Ports.free();
  private final String node;
  private final List<String> peers;

  public RabbitServer(Path directory, int port) {
    super("rabbitmq", directory, port);
    this.mapperPort = Ports.free();
    this.node = "offstage";
    this.peers = List.of();
  }

  /**
   * One node of several that share a port mapper.
   *
   * @param peers which a fresh node joins
   */
  RabbitServer(Path directory, String node, int mapperPort, List<String> peers) {
    super("rabbitmq-" + node, directory, 0);
    this.mapperPort = mapperPort;
    this.peers = peers;
    this.node = node;
  }

  String nodeName() {
    return node + "@localhost";
  }

  /** Whether the package is there. */
  public static boolean isInstalled() {
    return Files.isExecutable(PROGRAMS.resolve("rabbitmq-server"));
  }

  /** AMQP URI of the default virtual host. */
  public String uri() {
    return "amqp://%s:%s@127.0.0.1:%d".formatted(USER, password(), port());
  }

  /** AMQP URI of a virtual host of that name, made anew. */
  public String addVirtualHost(String name) {
    control("add_vhost", name);
    control("set_permissions", "-p", name, USER, ".*", ".*", ".*");
    return uri() + "/" + name;
  }

  /** Runs {@code rabbitmqctl} against this node and returns what it prints. */
  public String control(String... arguments) {
    var command = new ArrayList<>(List.of(program("rabbitmqctl")));
    command.addAll(List.of(arguments));
    try {
      var builder = new ProcessBuilder(command).redirectErrorStream(true);
      configure(builder.environment());
      var process = builder.start();
      process.getOutputStream().close();
      var output = new String(process.getInputStream().readAllBytes()).strip();
      if (process.waitFor() != 0) {
        throw new ServerFailedException(String.join(" ", command) + " failed: " + output);
      }
      return output;
    } catch (IOException e) {
      throw new ServerFailedException("rabbitmqctl: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ServerFailedException("interrupted while rabbitmqctl ran", e);
    }
  }

  @Override
  void prepare() throws IOException {
    if (!isInstalled()) {
      throw new ServerFailedException(
          "RabbitMQ is not installed: there is no " + PROGRAMS.resolve("rabbitmq-server"));
    }
    // The first start makes the user. One that was killed before its end is begun anew.
    if (!Files.exists(begun())) {
      Directories.delete(data());
    }
    Files.createDirectories(data());
    // Quorum queues keep what is in the log in memory too, until the log is full: 512 MiB by
    // default.
    writePrivately(
        configuration(),
        """
        default_user = %s
        default_pass = %s
        log.file.rotation.size = 10485760
        log.file.rotation.count = 3
        raft.wal_max_size_bytes = 67108864
        %s\
        """
            .formatted(USER, password(), joining()));
    writePrivately(directory().resolve("enabled_plugins"), "[].\n");
  }

  private String joining() {
    var lines = new StringBuilder();
    for (int n = 0; n < peers.size(); n++) {
      var line = "cluster_formation.classic_config.nodes.%d = %s@localhost\n";
      lines.append(line.formatted(n + 1, peers.get(n)));
    }
    return lines.toString();
  }

  @Override
  ProcessBuilder command() {
    var builder = inOwnSession(List.of(program("rabbitmq-server")));
    configure(builder.environment());
    return builder;
  }

  private void configure(Map<String, String> environment) {
    environment.keySet().removeIf(key -> key.startsWith("RABBITMQ_") || key.startsWith("ERL_"));
    environment.put("HOME", directory().toString());
    environment.put("LANG", "C.UTF-8");
    // Makes the script become the node instead of its parent, so that our child is the node.
    environment.put("RUNNING_UNDER_SYSTEMD", "true");
    environment.put("ERL_EPMD_ADDRESS", "127.0.0.1");
    environment.put("ERL_EPMD_PORT", Integer.toString(mapperPort));
    environment.put("RABBITMQ_CONF_ENV_FILE", "/dev/null");
    environment.put("RABBITMQ_NODENAME", nodeName());
    environment.put("RABBITMQ_NODE_IP_ADDRESS", "127.0.0.1");
    environment.put("RABBITMQ_NODE_PORT", Integer.toString(port()));
    environment.put("RABBITMQ_DIST_PORT", Integer.toString(nodesPort));
    environment.put("RABBITMQ_MNESIA_BASE", data().resolve("mnesia").toString());
    environment.put("RABBITMQ_LOG_BASE", data().resolve("log").toString());
    environment.put("RABBITMQ_SCHEMA_DIR", data().resolve("schema").toString());
    environment.put("RABBITMQ_GENERATED_CONFIG_DIR", data().resolve("config").toString());
    environment.put("RABBITMQ_CONFIG_FILE", configuration().toString());
    environment.put("RABBITMQ_ADVANCED_CONFIG_FILE", data().resolve("advanced").toString());
    environment.put(
        "RABBITMQ_ENABLED_PLUGINS_FILE", directory().resolve("enabled_plugins").toString());
    environment.put("RABBITMQ_PID_FILE", data().resolve("pid").toString());
    environment.put(
        "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS",
        "-kernel inet_dist_use_interface {127,0,0,1} " + NO_BUSY_WAIT);
  }

  @Override
  boolean answers() {
    try (var socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port()), 500);
      socket.setSoTimeout(2_000);
      socket.getOutputStream().write(new byte[] {'A', 'M', 'Q', 'P', 0, 0, 9, 1});
      boolean greets = socket.getInputStream().read() == 1; // a method frame: connection.start
      if (greets && !Files.exists(begun())) {
        writePrivately(begun(), "");
      }
      return greets;
    } catch (IOException e) {
      return false;
    }
  }

  private Path configuration() {
    return directory().resolve("rabbitmq.conf");
  }

  private Path begun() {
    return directory().resolve("begun");
  }

  private static String program(String name) {
    return PROGRAMS.resolve(name).toString();
  }
}
