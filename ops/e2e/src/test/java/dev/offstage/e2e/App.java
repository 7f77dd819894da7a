package dev.offstage.e2e;

import dev.offstage.servers.Ports;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/** One application as a process of its own, from the jar that is shipped. */
final class App {
  private static final Duration START = Duration.ofMinutes(4);

  private final String name;
  private final Path jar;
  private final Path directory;
  private final Map<String, String> properties;
  private final Launch launch;
  private final int port = Ports.free();
  private final int operatorsPort;
  private @Nullable Process process;

  /**
   * How its JVM is launched.
   *
   * @param jvm options of the JVM
   * @param environment what is added to ours
   */
  record Launch(List<String> jvm, Map<String, String> environment) {
    static final Launch PLAIN = new Launch(List.of(), Map.of());
  }

  /**
   * @param module such as {@code api-ingest}
   * @param directory where it runs and logs
   */
  App(String name, String module, Path directory, Map<String, String> properties) {
    this(name, module, directory, properties, Launch.PLAIN);
  }

  App(String name, String module, Path directory, Map<String, String> properties, Launch launch) {
    this.launch = launch;
    this.name = name;
    this.jar = jarOf(module);
    this.directory = directory;
    this.properties = properties;
    this.operatorsPort = module.equals("api-ingest") ? Ports.free() : port;
  }

  private static Path jarOf(String module) {
    try (var jars = Files.list(Path.of("../..", module, "target").toAbsolutePath().normalize())) {
      return jars.filter(jar -> jar.toString().endsWith("-exec.jar")).findFirst().orElseThrow();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Launches it, unless it runs; {@link #awaitReady()} waits for it. */
  App launch() {
    if (isRunning()) {
      return this;
    }
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "-Xmx512m",
            // Quick to start on a busy machine; these processes live for a minute.
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "--enable-native-access=ALL-UNNAMED"));
    command.addAll(launch.jvm());
    command.addAll(List.of("-jar", jar.toString()));
    properties.forEach((key, value) -> command.add("--" + key + "=" + value));
    command.add("--server.port=" + port);
    command.add("--offstage.console.port=0");
    if (operatorsPort != port) {
      command.add("--management.server.port=" + operatorsPort);
    }
    try {
      Files.createDirectories(directory);
      var builder =
          new ProcessBuilder(command)
              .directory(directory.toFile())
              .redirectErrorStream(true)
              .redirectInput(Path.of("/dev/null").toFile())
              .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()));
      builder.environment().putAll(launch.environment());
      process = builder.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return this;
  }

  /** Waits until it says itself that it is ready. */
  App awaitReady() {
    try {
      Awaitility.await(name + " is ready")
          .atMost(START)
          .pollInterval(Duration.ofMillis(100))
          .until(() -> !isRunning() || health("readiness") == 200);
      if (!isRunning()) {
        throw new IllegalStateException(name + " ended while it started");
      }
    } catch (RuntimeException e) {
      throw new IllegalStateException(name + " did not start:\n" + lastOutput(), e);
    }
    return this;
  }

  /** The HTTP status of a health group; 0 where nobody answers. */
  int health(String group) {
    var uri = URI.create("http://127.0.0.1:" + operatorsPort + "/actuator/health/" + group);
    try (var http = HttpClient.newHttpClient()) {
      var request = HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(15)).build();
      return http.send(request, BodyHandlers.discarding()).statusCode();
    } catch (IOException e) {
      return 0;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return 0;
    }
  }

  /** SIGKILL: no hook, no flush, no good-bye. */
  void kill9() {
    end(true);
  }

  /** SIGTERM, as an orchestrator would. */
  void stop() {
    end(false);
  }

  /** SIGSTOP: it does nothing at all until {@link #thaw()}, and does not know it. */
  void freeze() {
    signal("STOP");
  }

  void thaw() {
    signal("CONT");
  }

  private void signal(String name) {
    try {
      var kill = new ProcessBuilder("/bin/sh", "-c", "kill -" + name + " " + pid()).start();
      if (kill.waitFor() != 0) {
        throw new IllegalStateException(this.name + " could not be sent SIG" + name);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  App restart() {
    stop();
    return launch().awaitReady();
  }

  private void end(boolean atOnce) {
    var running = process;
    process = null;
    if (running == null) {
      return;
    }
    try {
      if (!atOnce) {
        running.destroy();
        if (running.waitFor(60, TimeUnit.SECONDS)) {
          return;
        }
      }
      running.destroyForcibly().waitFor();
    } catch (InterruptedException e) {
      running.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }

  boolean isRunning() {
    return process != null && process.isAlive();
  }

  long pid() {
    if (process == null) {
      throw new IllegalStateException(name + " does not run");
    }
    return process.pid();
  }

  int port() {
    return port;
  }

  URI base() {
    return URI.create("http://127.0.0.1:" + port);
  }

  Path log() {
    return directory.resolve(name + ".log");
  }

  /** Everything that it has said. */
  String output() {
    try {
      return Files.readString(log());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  String name() {
    return name;
  }

  String lastOutput() {
    try {
      var lines = Files.exists(log()) ? Files.readAllLines(log()) : List.<String>of();
      int from = Math.max(0, lines.size() - 60);
      return "--- the end of %s%n%s%n"
          .formatted(log(), String.join("\n", lines.subList(from, lines.size())));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
